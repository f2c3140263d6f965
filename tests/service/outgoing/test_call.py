import re
import ssl
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path

import httpx
import pytest

from service.addresses import METADATA_SERVICES, is_metadata
from service.outgoing.call import (
    OutgoingPolicy,
    OutgoingRefused,
    OutgoingUnresolved,
    client,
    was_truncated,
)
from service.outgoing.policy import literal_address
from tests.service.receivers import OK, PUBLIC, Receiver, lenient_resolver, receiver, reply

EVERYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
HOSTILE = [
    line
    for line in (Path(__file__).parent / "hostile_urls.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
HOSTS = [url.split("/")[2] for url in HOSTILE if re.fullmatch("http://[^/?#]+/", url)]
# Those of them that are addresses as they are usually written.
ADDRESSES = [
    host
    for host in HOSTS
    if literal_address(host.strip("[]")) is not None
    and host.startswith("[") == host.endswith("]") == (":" in host)
]
# Those that take no name server to understand, and a port behind them.
NUMERIC = [host for host in HOSTS if not re.search("example|:[^]]*$", host)]


def test_the_table_is_as_long_as_promised() -> None:
    assert len(set(HOSTILE)) >= 120


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@pytest.fixture
def target() -> Iterator[Receiver]:
    with receiver(reply(OK)) as receiving:
        yield receiving


def test_no_hostile_url_arrives_at_the_listening_socket(
    target: Receiver, tls: ssl.SSLContext
) -> None:
    with client(OutgoingPolicy(), lenient_resolver, target.dial, tls) as http:
        for url in HOSTILE:
            with pytest.raises((OutgoingRefused, httpx.InvalidURL)):
                http.post(url, content=b"{}")
    assert target.dialled == []
    assert target.arrived == []


def test_the_same_addresses_arrive_once_the_operator_allows_their_network(
    target: Receiver, tls: ssl.SSLContext
) -> None:
    policy = OutgoingPolicy(allowed_networks=EVERYWHERE)
    allowed = [host for host in ADDRESSES if not is_metadata(ip_address(host.strip("[]")))]
    assert len(allowed) > 60
    with client(policy, lenient_resolver, target.dial, tls) as http:
        for host in allowed:
            assert http.post(f"http://{host}/", content=b"{}").status_code == 200
    assert len(target.arrived) == len(allowed)


def test_metadata_is_refused_even_where_everything_is_allowed(
    target: Receiver, tls: ssl.SSLContext
) -> None:
    policy = OutgoingPolicy(allowed_networks=EVERYWHERE)
    written_in_ipv6 = ["::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"]
    with client(policy, lenient_resolver, target.dial, tls) as http:
        for address in (*map(str, METADATA_SERVICES), *written_in_ipv6):
            host = f"[{address}]" if ":" in address else address
            with pytest.raises(OutgoingRefused, match="cloud metadata"):
                http.get(f"http://{host}/latest/meta-data/")
    assert target.arrived == []


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_systems_own_resolver_and_sockets_do_not_reach_loopback_either(
    tls: ssl.SSLContext, host: str
) -> None:
    with receiver(reply(OK), host) as loopback:
        with client(OutgoingPolicy(), tls=tls) as http:
            for spelling in NUMERIC:
                with pytest.raises((OutgoingRefused, OutgoingUnresolved, httpx.InvalidURL)):
                    http.post(f"http://{spelling}:{loopback.port}/", content=b"{}")
        assert loopback.arrived == []
        allowed = OutgoingPolicy(allowed_networks=(ip_network(host),))
        shown = f"[{host}]" if ":" in host else host
        with client(allowed, tls=tls) as http:
            assert http.get(f"http://{shown}:{loopback.port}/").text == "ok"
        assert len(loopback.arrived) == 1


def test_a_public_address_is_called_with_the_name_it_was_asked_by(
    target: Receiver, tls: ssl.SSLContext
) -> None:
    with client(OutgoingPolicy(), lenient_resolver, target.dial, tls) as http:
        answer = http.post("http://Public.Example:8080/hook?a=1", content=b'{"id": 1}')
    assert (answer.status_code, answer.content, was_truncated(answer)) == (200, b"ok", False)
    assert target.dialled == [(PUBLIC, 8080)]
    head, _, body = target.arrived[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=1 HTTP/1.1\r\n")
    assert b"Host: public.example:8080" in head
    assert b"accept-encoding: identity" in head.lower()
    assert body == b'{"id": 1}'


def test_a_name_whose_answers_alternate_is_resolved_once_per_call(
    target: Receiver, tls: ssl.SSLContext
) -> None:
    asked: list[str] = []

    def alternating(host: str, port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) % 2 else ["127.0.0.1"]

    with client(OutgoingPolicy(), alternating, target.dial, tls) as http:
        for _ in range(5):
            assert http.get("http://rebinding.example/").status_code == 200
            with pytest.raises(OutgoingRefused, match=r"127\.0\.0\.1"):
                http.get("http://rebinding.example/")
    assert len(asked) == 10
    assert target.dialled == [(PUBLIC, 80)] * 5


@pytest.mark.parametrize("follow", [False, True])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_private_address_leads_nowhere(
    tls: ssl.SSLContext, status: int, follow: bool
) -> None:
    moved = (
        b"HTTP/1.1 %d Moved\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n" % status
    )
    with (
        receiver(reply(moved)) as target,
        client(OutgoingPolicy(), lenient_resolver, target.dial, tls) as http,
    ):
        if follow:
            with pytest.raises(OutgoingRefused):
                http.get("http://public.example/", follow_redirects=True)
        else:
            assert http.get("http://public.example/").status_code == status
        assert target.dialled == [(PUBLIC, 80)]


def test_proxy_variables_are_not_read(
    target: Receiver, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver(reply(OK)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        with client(OutgoingPolicy(), lenient_resolver, target.dial, tls) as http:
            http.get("http://public.example/")
        assert proxy.arrived == []
    assert len(target.arrived) == 1


def test_a_url_is_checked_for_its_form_when_it_is_given() -> None:
    assert OutgoingPolicy().check_url("https://blog.example/hook").host == "blog.example"
    with pytest.raises(OutgoingRefused, match="can't be read"):
        OutgoingPolicy().check_url("http://[::1/")


def test_the_operator_can_narrow_ports_and_networks(target: Receiver, tls: ssl.SSLContext) -> None:
    policy = OutgoingPolicy(
        refused_networks=(ip_network("93.184.215.0/24"),), allowed_ports=frozenset({80, 443})
    )
    with client(policy, lenient_resolver, target.dial, tls) as http:
        with pytest.raises(OutgoingRefused, match="Port 25 is not among those allowed: 80, 443"):
            http.get("http://public.example:25/")
        with pytest.raises(OutgoingRefused, match="operator's network"):
            http.get("http://public.example/")
    assert target.arrived == []
