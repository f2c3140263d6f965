"""A comment that waits for its decision, and what tells that it was sent before."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from models.comment import Comment

# WordPress gives up after 15 seconds and tries three times; a person may press the button again.
TWIN_SECONDS: Final = 120
# In place of the hash of a document that retention emptied.
FORGOTTEN: Final = b""


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
    """Tells whether two arrivals under one id are the same, wherever they were sent from."""
    idempotency_key: str | None = None
    revises: str | None = None
    """Id of the stored comment that this is an edit or a recheck of."""
    identity: int | None = None
    """The same for twins without an id, see `identity_of`."""

    def repeats(self, document_hash: bytes) -> bool:
        """Tell whether a comment under the same id is this one; of an emptied one nobody knows."""
        return document_hash in (self.document_hash, FORGOTTEN)


def arrive(
    site_id: str,
    comment: Comment,
    document: bytes,
    received_at: int,
    idempotency_key: str | None = None,
) -> Arrival:
    """Return the arrival of a comment."""
    document_hash = _hash_of(document, comment.author.ip)
    told_apart = comment.external_id or idempotency_key
    identity = None if told_apart else identity_of(site_id, comment)
    return Arrival(
        site_id, comment, document, received_at, document_hash, idempotency_key, identity=identity
    )


def _hash_of(document: bytes, address: str | None) -> bytes:
    """Return a hash that outlives the address: four billion of them are tried in minutes."""
    given = b"" if address is None else f'"ip":"{address}"'.encode()
    return blake2b(document.replace(given, b"", 1) if given else document, digest_size=16).digest()


def identity_of(site_id: str, comment: Comment) -> int | None:
    """Return what is equal for two comments by the same author, from the same address, of the same
    text under the same post: 64 bits, signed.

    None where nothing is said of the author: two strangers may write the same.
    """
    author = comment.author
    who = (author.id, author.name, author.email, author.url, author.ip)
    if not any(who):
        return None
    where = (comment.post.url, comment.parent_id, comment.type, str(comment.test))
    joined = "\0".join([part or "" for part in (*who, *where, comment.content)]).encode()
    digest = blake2b(joined, digest_size=8, key=site_id.encode()).digest()
    return int.from_bytes(digest, "little", signed=True)
