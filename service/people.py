"""One person's data: all of it, or none of it."""

from typing import Any

from service.identifiers import IdentifierSource
from service.store.engine import Store
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
        return [everything_about(connection, comment_id) for comment_id in found]


def erase_person(store: Store, person: Person, new_id: IdentifierSource) -> tuple[int, int]:
    """Remove everything that is stored of a person; return how many comments and labels it was."""
    with store.snapshot() as connection:
        found = list(comments_by(connection, person))
    gone = 0
    for start in range(0, len(found), CHUNK):
        chunk = found[start : start + CHUNK]
        with store.writing() as connection:
            gone += erase_comments(connection, person.site_id, chunk, new_id())
    store.empty_log()
    return len(found), gone
