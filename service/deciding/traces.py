"""What a comment leaves in our records, as keyed numbers: no name, e-mail or text."""

import hashlib
from collections.abc import Sequence

from models.comment import Comment
from models.fingerprint import fingerprints
from service.deciding.records import Traces


def traces_of(site_id: str, comments: Sequence[Comment]) -> list[Traces]:
    """Return the traces of comments of one site; those of different sites never meet."""
    texts = fingerprints([comment.content for comment in comments], site_id)
    return [
        Traces() if comment.test else Traces(_author_key(site_id, comment), text)
        for comment, text in zip(comments, texts, strict=True)
    ]


def _author_key(site_id: str, comment: Comment) -> int | None:
    author = comment.author
    if author.id is not None:
        return _key(site_id, _by_id(author.id))
    return _key(site_id, _by_email(author.email)) if author.email else None


def author_keys(site_id: str, name: str) -> list[int]:
    """Return the keys that an author known by this id or e-mail has on a site."""
    return [_key(site_id, known) for known in (_by_id(name), _by_email(name))]


def _by_id(author_id: str) -> str:
    return f"id:{author_id}"


def _by_email(email: str) -> str:
    return f"email:{email.strip().casefold()}"


def _key(site_id: str, known: str) -> int:
    digest = hashlib.blake2b(known.encode(), digest_size=8, key=site_id.encode()).digest()
    return int.from_bytes(digest, "little", signed=True)
