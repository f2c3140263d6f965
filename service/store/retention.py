"""What time takes away: addresses after a day, texts after months."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Final

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Table, select, update

from service.decision import Decision
from service.store.tables import comments, revisions

DAY: Final = 86_400_000_000
ROWS: Final = 500
# What is left of an address: enough to see that a flood comes from one network.
EMPTY: Final = '{"content":""}'
KEPT_BITS: Final = {4: 24, 6: 48}


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Moments (microseconds since 1970) before which something is removed."""

    addresses: int
    held: int
    """The text of comments that are held, and of the unlabelled others (`decided`)."""
    decided: int


def shorten_addresses(connection: Connection, cutoffs: Cutoffs, after: str) -> tuple[int, str]:
    """Shorten the addresses of the next rows after an id; return how many, and the last id."""
    rows = connection.execute(
        select(comments.c.id, comments.c.document)
        .where(comments.c.id > after, comments.c.received_at < cutoffs.addresses)
        .order_by(comments.c.id)
        .limit(ROWS)
    ).all()
    changed = 0
    for row in rows:
        changed += _shorten(connection, row.id, row.document)
    return changed, rows[-1].id if rows else ""


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
    nothing: dict[str, Any] = {"document": EMPTY}
    hashes = ("author_key", "text_key", "sketch", "identity")
    connection.execute(
        update(comments).where(comments.c.id.in_(ids)).values(**nothing, **dict.fromkeys(hashes))
    )
    connection.execute(update(revisions).where(revisions.c.comment_id.in_(ids)).values(nothing))


def _shorten(connection: Connection, comment_id: str, document: str) -> bool:
    shorter = _shortened(document)
    if shorter is None:
        return False
    connection.execute(update(comments).where(comments.c.id == comment_id).values(document=shorter))
    _shorten_revisions(connection, revisions, comment_id)
    return True


def _shorten_revisions(connection: Connection, table: Table, comment_id: str) -> None:
    rows = connection.execute(
        select(table.c.revision, table.c.document).where(table.c.comment_id == comment_id)
    ).all()
    for row in rows:
        connection.execute(
            update(table)
            .where(table.c.comment_id == comment_id, table.c.revision == row.revision)
            .values(document=_shortened(row.document) or row.document)
        )


def _shortened(document: str) -> str | None:
    """Return the document with a shorter address; None when it has none, or a short one already."""
    fields = from_json(document)
    found = fields.get("author", {}).get("ip")
    if found is None:
        return None
    address = ip_address(found)
    short = str(ip_network((address, KEPT_BITS[address.version]), strict=False).network_address)
    if short == found:
        return None
    fields["author"]["ip"] = short
    return to_json(fields).decode()
