"""One person's data: all of it, or none of it."""

from typing import Any

from service.identifiers import IdentifierSource
from service.store.engine import Store
from service.store.imported import erase_imported, imported_by
from service.store.people import (
    CHUNK,
    Person,
    comments_by,
    erase_comments,
    everything_about,
)


def export_person(store: Store, person: Person) -> list[dict[str, Any]]:
    """Return everything that is stored of a person, as it is at this moment."""
    with store.snapshot() as connection:
        found = list(comments_by(connection, person))
        sent = [everything_about(connection, comment_id) for comment_id in found]
        imported = imported_by(connection, person)
        return sent + [{"comment_id": one, "imported": row} for one, row in imported]


def erase_person(store: Store, person: Person, new_id: IdentifierSource) -> tuple[int, int]:
    """Remove everything that is stored of a person; return how many comments and labels it was."""
    with store.snapshot() as connection:
        found = list(comments_by(connection, person))
        imported = [comment_id for comment_id, _ in imported_by(connection, person)]
    gone = len(imported)
    for start in range(0, len(found), CHUNK):
        chunk = found[start : start + CHUNK]
        with store.writing() as connection:
            gone += erase_comments(connection, person.site_id, chunk, new_id())
    for start in range(0, len(imported), CHUNK):
        with store.writing() as connection:
            erase_imported(connection, person.site_id, imported[start : start + CHUNK], new_id())
    store.empty_log()
    return len(found) + len(imported), gone
