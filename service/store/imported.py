"""Imported comments of one person: they carry a name and no e-mail."""

from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, delete, insert, select

from service.clock import now
from service.store.people import CHUNK, Person
from service.store.tables import erasures, imported_comments


def imported_by(connection: Connection, person: Person) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield id and line of the corpus of each comment imported under the person's name."""
    if not person.name:
        return
    wanted = person.name.strip().casefold()
    rows = connection.execution_options(yield_per=CHUNK).execute(
        select(imported_comments.c.id, imported_comments.c.row).where(
            imported_comments.c.site_id == person.site_id
        )
    )
    for comment_id, line in rows:
        row: dict[str, Any] = from_json(line)
        if (row.get("author_name") or "").strip().casefold() == wanted:
            yield comment_id, row


def erase_imported(
    connection: Connection, site_id: str, comment_ids: list[str], erasure_id: str
) -> None:
    """Remove imported comments; their labels go with them, at the next retrain from the bundle too."""
    connection.execute(
        delete(imported_comments).where(
            imported_comments.c.site_id == site_id, imported_comments.c.id.in_(comment_ids)
        )
    )
    count = len(comment_ids)
    connection.execute(
        insert(erasures).values(
            id=erasure_id, site_id=site_id, erased_at=now(), comments=count, labels=count
        )
    )
