"""What time takes away: addresses after a day, texts after months."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Final

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, select, update

from service.deciding.arrival import FORGOTTEN
from service.deciding.decision import Decision
from service.store.tables import comments, revisions
from service.store.ties import lose_ties

DAY: Final = 86_400_000_000
ROWS: Final = 500
EMPTY: Final = '{"content":""}'
# A key of the author; within a text its quotes would be escaped.
ADDRESS: Final = '"ip":"'
# What is left of an address before it is hashed: enough to see that a flood comes from one network.
KEPT_BITS: Final = {4: 24, 6: 48}
NetworkMark = Callable[[str, str], str]
"""Gives the keyed hash by which a network is known on a site."""


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Moments (microseconds since 1970) before which something is removed."""

    addresses: int
    held: int
    """The text of comments that are held, and of the unlabelled others (`decided`)."""
    decided: int


def hide_addresses(
    connection: Connection, cutoffs: Cutoffs, mark: NetworkMark, after: str
) -> tuple[int, str]:
    """Replace addresses in the next comments after an id; return how many, and the last id."""
    rows = connection.execute(
        select(comments.c.id, comments.c.site_id, comments.c.document)
        .where(comments.c.id > after, comments.c.received_at < cutoffs.addresses)
        .where(comments.c.document.contains(ADDRESS, autoescape=True))
        .order_by(comments.c.id)
        .limit(ROWS)
    ).all()
    for row in rows:
        hidden = _without_address(row.document, row.site_id, mark)
        connection.execute(update(comments).where(comments.c.id == row.id).values(document=hidden))
    return len(rows), rows[-1].id if rows else ""


def hide_former_addresses(connection: Connection, cutoffs: Cutoffs, mark: NetworkMark) -> int:
    """Do the same with the next former revisions; return how many."""
    rows = connection.execute(
        select(revisions.c.comment_id, revisions.c.revision, revisions.c.document)
        .add_columns(comments.c.site_id)
        .join(comments, comments.c.id == revisions.c.comment_id)
        .where(revisions.c.received_at < cutoffs.addresses)
        .where(revisions.c.document.contains(ADDRESS, autoescape=True))
        .limit(ROWS)
    ).all()
    for row in rows:
        connection.execute(
            update(revisions)
            .where(revisions.c.comment_id == row.comment_id, revisions.c.revision == row.revision)
            .values(document=_without_address(row.document, row.site_id, mark))
        )
    return len(rows)


def forget_twins(connection: Connection, cutoffs: Cutoffs) -> int:
    """Forget how the next comments' twins were known; return how many.

    It served for two minutes, and the address could be guessed back from it.
    """
    some = (
        select(comments.c.id)
        .where(comments.c.identity.is_not(None), comments.c.received_at < cutoffs.addresses)
        .limit(ROWS)
    )
    done = connection.execute(
        update(comments).where(comments.c.id.in_(some.scalar_subquery())).values(identity=None)
    )
    return done.rowcount


def remove_texts(connection: Connection, cutoffs: Cutoffs) -> int:
    """Remove text and author of the next comments that are too old; return how many.

    Labelled ones stay: they are what the classifier learns from, until somebody erases them.
    """
    held = comments.c.standing == Decision.HOLD.value
    old = (held & (comments.c.received_at < cutoffs.held)) | (
        ~held & (comments.c.received_at < cutoffs.decided)
    )
    ids = list(
        connection.execute(
            select(comments.c.id)
            .where(old, comments.c.label.is_(None), comments.c.document != EMPTY)
            .limit(ROWS)
        ).scalars()
    )
    _empty(connection, ids)
    return len(ids)


def _empty(connection: Connection, ids: Sequence[str]) -> None:
    # An unkeyed hash of a short text gives it away to whoever guesses it.
    nothing: dict[str, Any] = {"document": EMPTY, "document_hash": FORGOTTEN}
    hashes = ("author_key", "text_key", "sketch", "identity")
    connection.execute(
        update(comments).where(comments.c.id.in_(ids)).values(**nothing, **dict.fromkeys(hashes))
    )
    connection.execute(update(revisions).where(revisions.c.comment_id.in_(ids)).values(nothing))
    lose_ties(connection, ids)


def _without_address(document: str, site_id: str, mark: NetworkMark) -> str:
    """Return the document with the mark of its author's network instead of the address."""
    fields = from_json(document)
    address = ip_address(fields["author"].pop("ip"))
    network = ip_network((address, KEPT_BITS[address.version]), strict=False)
    fields["author"]["network"] = mark(site_id, str(network))
    return to_json(fields).decode()
