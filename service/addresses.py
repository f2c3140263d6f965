"""Which network addresses are public, and which one client holds."""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# From the IANA special-purpose registries (RFC 6890 and what updates it). Written out because
# `ipaddress.is_global` changes between Python's patch releases and calls NAT64 addresses global.
_SET_ASIDE: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this machine"),
    ("10.0.0.0/8", "private networks"),
    ("100.64.0.0/10", "carriers' shared networks"),
    ("127.0.0.0/8", "this machine"),
    ("169.254.0.0/16", "the local link"),
    ("172.16.0.0/12", "private networks"),
    ("192.0.0.0/24", "protocol assignments"),
    ("192.0.2.0/24", "documentation"),
    ("192.88.99.0/24", "6to4 relays"),
    ("192.168.0.0/16", "private networks"),
    ("198.18.0.0/15", "benchmarks"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "future use"),
    ("::ffff:0:0/96", "IPv4 in IPv6"),
    ("::/96", "this machine and IPv4 in IPv6"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "NAT64"),
    ("100::/64", "discarding"),
    ("2001::/32", "Teredo"),
    ("2001::/23", "protocol assignments"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4"),
    ("3fff::/20", "documentation"),
    ("fc00::/7", "private networks"),
    ("fe80::/10", "the local link"),
    ("fec0::/10", "private networks"),
    ("ff00::/8", "multicast"),
)
_NETWORKS: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), purpose) for network, purpose in _SET_ASIDE
)
_IPV6_UNICAST = IPv6Network("2000::/3")

# Where clouds hand out credentials or configuration. Azure's 168.63.129.16 looks like a public one.
METADATA_SERVICES: frozenset[Address] = frozenset(
    ip_address(address)
    for address in (
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "168.63.129.16",
        "100.100.100.200",
        "fd00:ec2::254",
        "fd00:ec2::23",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")


def is_metadata(address: Address) -> bool:
    """Tell whether a cloud's metadata service answers there, also by IPv4 written in IPv6."""
    if address in METADATA_SERVICES:
        return True
    if isinstance(address, IPv4Address):
        return False
    inner = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return inner in METADATA_SERVICES


def set_aside_for(address: Address) -> str | None:
    """Name what an address is set aside for; None for an ordinary public one."""
    if is_metadata(address):
        return "cloud metadata"
    for network, purpose in _NETWORKS:
        if address.version == network.version and address in network:
            return purpose
    if isinstance(address, IPv6Address) and address not in _IPV6_UNICAST:
        return "no public use"
    return None


def within(address: Address, networks: tuple[Network, ...]) -> bool:
    """Tell whether any of the networks holds the address."""
    return any(address.version == network.version and address in network for network in networks)


def client_of(peer: str) -> str:
    """Name the client behind a peer address: IPv4 as it is, IPv6 by its /64.

    One household or server is given a whole /64, so counting single IPv6 addresses counts nothing.
    IPv4 seen through a dual-stack socket (`::ffff:192.0.2.1`) is the IPv4 address.
    """
    if ":" not in peer:
        return peer
    address = IPv6Address(peer.partition("%")[0])
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, 64), strict=False))
