"""What tells that a comment was sent before, and what follows from it."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Literal, NamedTuple

from service.deciding.arrival import Arrival

Kind = Literal["external", "key", "alike", "id"]


class Claim(NamedTuple):
    """What at most one comment of a site can have: an external id, an idempotency key, an identity."""

    kind: str
    site_id: str
    value: str | int

    @property
    def lock(self) -> int:
        """The claim as 64 bits, signed."""
        joined = f"{self.kind}\0{self.site_id}\0{self.value}".encode()
        return int.from_bytes(blake2b(joined, digest_size=8).digest(), "little", signed=True)


def claims_of(arrival: Arrival) -> Iterator[Claim]:
    """Yield an arrival's claims; each has at least one."""
    if arrival.revises is not None:
        yield Claim("id", arrival.site_id, arrival.revises)
        return
    if arrival.comment.external_id is not None:
        yield Claim("external", arrival.site_id, arrival.comment.external_id)
    if arrival.idempotency_key is not None:
        yield Claim("key", arrival.site_id, arrival.idempotency_key)
    identity = arrival.identity
    if identity is not None:
        yield Claim("alike", arrival.site_id, identity)
