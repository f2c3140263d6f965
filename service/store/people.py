"""What is stored of one person, and its removal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, Table, delete, insert, select

from service.clock import now
from service.store.changes import ChangeKind, NewChange, add_changes, lock_changes
from service.store.desk_tables import queue_ties
from service.store.queue import lose_entries
from service.store.tables import (
    comments,
    decisions,
    deliveries,
    erasures,
    fingerprints,
    labels,
    revisions,
)

# SQLite takes 32,766 parameters in one statement, and a transaction should not keep others waiting.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Person:
    """Who is meant: everybody with this e-mail, or with this name, on one site."""

    site_id: str
    email: str | None = None
    name: str | None = None

    def wrote(self, document: str) -> bool:
        """Tell whether a comment, as stored, is this person's."""
        author = from_json(document).get("author", {})
        return _same(self.email, author.get("email")) or _same(self.name, author.get("name"))


def comments_by(connection: Connection, person: Person) -> Iterator[str]:
    """Yield the ids of a person's comments, those included that were theirs in a former revision.

    Reads every comment of the site: there is no index by what nobody should look up often.
    """
    found: set[str] = set()
    queries = (
        select(comments.c.id, comments.c.document).where(comments.c.site_id == person.site_id),
        select(revisions.c.comment_id, revisions.c.document)
        .join(comments, comments.c.id == revisions.c.comment_id)
        .where(comments.c.site_id == person.site_id),
    )
    for query in queries:
        for comment_id, document in connection.execution_options(yield_per=CHUNK).execute(query):
            if comment_id not in found and person.wrote(document):
                found.add(comment_id)
                yield comment_id


def everything_about(connection: Connection, comment_id: str) -> dict[str, Any]:
    """Return all that is stored of a comment, as plain JSON values."""
    row = connection.execute(select(comments).where(comments.c.id == comment_id)).mappings().one()
    return {
        "comment_id": comment_id,
        "external_id": row["external_id"],
        "received_at": row["received_at"],
        "comment": from_json(row["document"]),
        "standing": row["standing"],
        "hashes": {
            name: row[name].hex() if isinstance(row[name], bytes) else row[name]
            for name in ("author_key", "text_key", "sketch", "document_hash", "identity")
        },
        "decision": _rows(connection, decisions, comment_id),
        "labels": _rows(connection, labels, comment_id),
        "revisions": _rows(connection, revisions, comment_id),
        "ties": _rows(connection, queue_ties, comment_id),
    }


def erase_comments(
    connection: Connection, site_id: str, comment_ids: Sequence[str], erasure_id: str
) -> int:
    """Remove comments with all that was made of them; return how many labels went with them.

    What was learned from those labels goes with the next retrain: `erasures` says that there is
    something to unlearn.
    """
    lock_changes(connection, site_id)
    ids = list(comment_ids)
    lose_entries(connection, ids)
    gone = connection.execute(delete(labels).where(labels.c.comment_id.in_(ids))).rowcount
    for table in (decisions, revisions, deliveries):
        connection.execute(delete(table).where(table.c.comment_id.in_(ids)))
    connection.execute(delete(fingerprints).where(fingerprints.c.campaign_id.in_(ids)))
    connection.execute(delete(comments).where(comments.c.id.in_(ids)))
    at = now()
    connection.execute(
        insert(erasures).values(
            id=erasure_id, site_id=site_id, erased_at=at, comments=len(ids), labels=gone
        )
    )
    new = [NewChange(ChangeKind.ERASED, comment_id, None) for comment_id in ids]
    add_changes(connection, site_id, new, at)
    return gone


def _rows(connection: Connection, table: Table, comment_id: str) -> list[dict[str, Any]]:
    rows = connection.execute(select(table).where(table.c.comment_id == comment_id)).mappings()
    return [
        {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
        for row in rows
    ]


def _same(wanted: str | None, found: str | None) -> bool:
    if not wanted or not found:
        return False
    return wanted.strip().casefold() == found.strip().casefold()
