"""A comment that waits for its decision, and what tells that it was sent before."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from models.comment import Comment

# WordPress gives up after 15 seconds and tries three times; a person may press the button again.
TWIN_SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Arrival:
    """One comment that waits for its decision."""

    site_id: str
    comment: Comment
    document: bytes
    """Canonical JSON of what the site sent."""
    received_at: int
    """Microseconds since 1970, UTC."""
    document_hash: bytes
    """Tells whether two arrivals under one id are the same."""
    idempotency_key: str | None = None
    revises: str | None = None
    """Id of the stored comment that this is an edit or a recheck of."""

    @property
    def identity(self) -> int | None:
        """Equal for two arrivals without an id by the same author, from the same address, of the
        same text under the same post; 64 bits, signed. None for those that an id tells apart.
        """
        comment, author = self.comment, self.comment.author
        if comment.external_id or self.idempotency_key or self.revises:
            return None
        parts = (
            *(author.id, author.name, author.email, author.url, author.ip),
            *(comment.post.url, comment.parent_id, comment.type, str(comment.test)),
            comment.content,
        )
        joined = "\0".join([part or "" for part in parts]).encode()
        digest = blake2b(joined, digest_size=8, key=self.site_id.encode()).digest()
        return int.from_bytes(digest, "little", signed=True)


def arrive(
    site_id: str,
    comment: Comment,
    document: bytes,
    received_at: int,
    *,
    idempotency_key: str | None = None,
    revises: str | None = None,
) -> Arrival:
    """Return the arrival of a comment."""
    document_hash = blake2b(document, digest_size=16).digest()
    return Arrival(site_id, comment, document, received_at, document_hash, idempotency_key, revises)
