"""Where we may call out to, and how long and how much we listen."""

import re
from dataclasses import dataclass
from ipaddress import ip_address

import httpx

from service.addresses import Address, Network, is_metadata, set_aside_for, within

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")
# What the system's resolver would read as an address: decimal, octal, hexadecimal, or too few parts.
_ENDS_IN_NUMBER = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)\.?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class OutgoingError(httpx.TransportError):
    """A call out did not give a reply; the message is a sentence for the person who set it up."""


class OutgoingRefused(OutgoingError):
    """We may not call there; trying again does not help before the URL or the policy changes."""


class OutgoingUnresolved(OutgoingError):
    """The name has no address, or the name servers did not say."""


class OutgoingUnreachable(OutgoingError):
    """The connection was not made, or broke, or its certificate is not valid."""


class OutgoingTimeout(OutgoingError):
    """The call took longer than it may."""


class OutgoingMalformed(OutgoingError):
    """What came back is not HTTP, or its head is longer than we read."""


@dataclass(frozen=True, slots=True)
class OutgoingPolicy:
    """Where we may call, and how long (seconds) and how much (bytes) we listen."""

    allowed_networks: tuple[Network, ...] = ()
    """Networks that are not public and may be called all the same: the operator's own. Cloud
    metadata services are refused even there."""
    refused_networks: tuple[Network, ...] = ()
    """Networks that look public and are not: a campus, a NAT64 prefix of one's own."""
    allowed_ports: frozenset[int] | None = None
    """None allows every port."""
    connect_seconds: float = 3.0
    total_seconds: float = 15.0
    """For everything from the look-up of the name to the last byte; dripping does not extend it."""
    reply_bytes: int = 65_536
    """Status line, header fields and body together."""

    def check_url(self, url: str | httpx.URL) -> httpx.URL:
        """Return the URL if its form is allowed; raises `OutgoingRefused`.

        Says nothing about where its name leads: that is checked when it is called, every time.
        """
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise OutgoingRefused(f"The URL can't be read: {error}.") from None
        if parsed.scheme not in _DEFAULT_PORTS:
            raise OutgoingRefused("The URL must start with http:// or https://.")
        if parsed.userinfo:
            raise OutgoingRefused("The URL must not hold a user name or password.")
        self._check_host(parsed.raw_host.decode("ascii"))
        self._check_port(port_of(parsed))
        return parsed

    def check_addresses(self, host: str, addresses: list[Address]) -> None:
        """Raise `OutgoingRefused` unless every address that the host has may be called."""
        for address in addresses:
            purpose = self._refused_for(address)
            if purpose is not None:
                raise OutgoingRefused(
                    f"{host} leads to {address}, which is set aside for {purpose};"
                    " the operator can allow its network."
                )

    def _refused_for(self, address: Address) -> str | None:
        if is_metadata(address):
            return set_aside_for(address)
        if within(address, self.refused_networks):
            return "use within the operator's network"
        if within(address, self.allowed_networks):
            return None
        return set_aside_for(address)

    def _check_host(self, host: str) -> None:
        if literal_address(host) is not None:
            return
        if _ENDS_IN_NUMBER.fullmatch(host):
            raise OutgoingRefused(f"{host} is not an address in its usual form, such as 192.0.2.1.")
        if len(host) > 253 or not _NAME.fullmatch(host):
            raise OutgoingRefused(f"{host!r} is not the name of a host.")

    def _check_port(self, port: int) -> None:
        if not 0 < port < 65_536:
            raise OutgoingRefused(f"There is no port {port}.")
        if self.allowed_ports is not None and port not in self.allowed_ports:
            allowed = ", ".join(map(str, sorted(self.allowed_ports)))
            raise OutgoingRefused(f"Port {port} is not among those allowed: {allowed}.")


def port_of(url: httpx.URL) -> int:
    """Return the port that the URL names or implies."""
    return url.port if url.port is not None else _DEFAULT_PORTS[url.scheme]


def literal_address(host: str) -> Address | None:
    """Return the address that a host is, in its usual form and without a zone; None for a name."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return None if "%" in host else address
