from ipaddress import ip_address

import pytest

from service.addresses import METADATA_SERVICES, client_of, set_aside_for

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255",
    "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
    "223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2606:4700::1111", "2a00::1",
    "2001:db7:ffff::1", "2001:db9::1", "2003::1", "3ffe::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_ordinary_addresses_are_public_up_to_the_borders(address: str) -> None:
    assert set_aside_for(ip_address(address)) is None


@pytest.mark.parametrize("address", sorted(METADATA_SERVICES, key=str), ids=str)
def test_metadata_is_called_by_its_name(address: object) -> None:
    assert set_aside_for(ip_address(str(address))) == "cloud metadata"


@pytest.mark.parametrize(
    ("peer", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_a_client_is_an_address_or_the_64_it_can_choose_from(peer: str, client: str) -> None:
    assert client_of(peer) == client
