"""What ties comments to one campaign: the same text with spins, the same author, the same hosts."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from models.comment import Comment
from models.links import Address, HostKind, find_links, host_kind, parse_address

# Of more links than this, the first ones tie: nobody's genuine comment has as many.
MOST_HOSTS: Final = 8
# Where everybody publishes, or what everybody cites: a link there says nothing about who wrote.
_EVERYBODYS: Final = frozenset({HostKind.SOCIAL, HostKind.SHORTENER})
_CITED: Final = frozenset(
    {
        "amazon.com",
        "apple.com",
        "archive.org",
        "bbc.co.uk",
        "microsoft.com",
        "mozilla.org",
        "w3.org",
        "wikimedia.org",
        "wikipedia.org",
        "wordpress.org",
    }
)


class TieKind(StrEnum):
    """What two comments have in common, the strongest first."""

    TEXT = "text"
    AUTHOR = "author"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Tie:
    """A keyed number that comments of one campaign share; other sites never meet it."""

    kind: TieKind
    value: int


def ties_of(
    site_id: str, comment: Comment, campaign_id: str, author_key: int | None
) -> tuple[Tie, ...]:
    """Return a comment's ties, the strongest first; `campaign_id` is that of its text."""
    known = [(TieKind.TEXT, campaign_id)]
    known += [] if author_key is None else [(TieKind.AUTHOR, str(author_key))]
    known += [(TieKind.HOST, host) for host in _hosts(comment)]
    return tuple(Tie(kind, _value(site_id, kind, what)) for kind, what in known)


def _hosts(comment: Comment) -> list[str]:
    """Return what was bought for the links of a comment, but the blog's own and everybody's."""
    own = parse_address((comment.post.url or "").lower())
    blog = own.registered if own else None
    found: dict[str, None] = {}
    for address in _addresses(comment):
        kind, registered = host_kind(address), address.registered
        if kind in _EVERYBODYS or registered in _CITED or registered == blog:
            continue
        # On a host for free blogs, the part before it is whose it is.
        found[address.host if kind is HostKind.FREE_BLOG else registered] = None
    return list(found)[:MOST_HOSTS]


def _addresses(comment: Comment) -> Iterator[Address]:
    author = parse_address((comment.author.url or "").lower())
    if author is not None:
        yield author
    for text in (comment.author.name or "", comment.content):
        yield from (link.address for link in find_links(text.lower()))


def _value(site_id: str, kind: TieKind, what: str) -> int:
    said = f"{kind}:{what}".encode()
    digest = hashlib.blake2b(said, digest_size=8, key=site_id.encode()).digest()
    return int.from_bytes(digest, "little", signed=True)
