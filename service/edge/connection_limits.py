"""How long a connection may keep us waiting, how much it may send, how many there may be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

from service.addresses import Network, within
from service.edge.refusals import Cut


@dataclass(frozen=True, slots=True)
class ConnectionDeadlines:
    """Seconds a client has; each is absolute, so dripping bytes does not extend it."""

    head: float = 5.0
    """To its first byte and the end of the header fields, from the accept or the first byte."""
    request: float = 10.0
    """From the first byte of a request to its last."""
    reply: float = 10.0
    """To take what is buffered of our reply."""
    idle: float = 15.0
    """Between a reply and the next request."""

    @property
    def shortest(self) -> float:
        """Return the shortest of the four."""
        return min(self.head, self.request, self.reply, self.idle)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How much one connection may send, and how many there may be."""

    connections: int = 1_000
    """Beyond this a newcomer takes the place of whoever has owed us something for longest."""
    per_client: int = 50
    """Connections of one IPv4 address or one IPv6 /64; a trusted proxy may hold more."""
    trusted_proxies: tuple[Network, ...] = ()
    head_bytes: int = 16_384
    fields: int = 64
    url_bytes: int = 4_096
    request_bytes: int = 8_388_608
    """Fence around every request, twice the largest body: chunk headers and trailers count too,
    which the application never sees."""

    def fault_of_head(
        self, url: bytes, headers: Sequence[tuple[bytes, bytes]], received: int
    ) -> Cut | None:
        """Name what is too much of a request's head; None if nothing is.

        `received` counts its bytes and perhaps some of the body's, so it bounds the head from
        above; 0 or less says that it was not counted, since it came behind another request.
        """
        if len(url) > self.url_bytes:
            return Cut.URL_TOO_LONG
        if len(headers) > self.fields:
            return Cut.TOO_MANY_FIELDS
        if 0 < received <= self.head_bytes:
            return None
        size = len(url) + sum(len(name) + len(value) + 4 for name, value in headers)
        return Cut.HEAD_TOO_LARGE if size > self.head_bytes else None


@dataclass(slots=True)
class Door:
    """Counts the connections of each client and says who may come in."""

    limits: ConnectionLimits
    held: Counter[str] = field(default_factory=Counter, init=False)

    def has_room_for(self, client: str) -> bool:
        """Tell whether the client may hold one connection more."""
        return self.held[client] < self.limits.per_client or self._trusts(client)

    def enter(self, client: str) -> None:
        """Note one more of the client's connections."""
        self.held[client] += 1

    def leave(self, client: str) -> None:
        """Note that one of the client's connections is gone."""
        self.held[client] -= 1
        if not self.held[client]:
            del self.held[client]

    def _trusts(self, client: str) -> bool:
        # A Unix socket has no address; an IPv6 client is named by its /64.
        address = client.partition("/")[0]
        return not address or within(ip_address(address), self.limits.trusted_proxies)
