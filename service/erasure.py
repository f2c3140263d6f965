"""Removal for good: a comment, or everything of a person, with all that was made of it."""

from service.identifiers import IdentifierSource
from service.store.comments import comment_of
from service.store.engine import Store
from service.store.imported import erase_imported, imported_by
from service.store.people import CHUNK, Person, comments_by, erase_comments


def erase_comment(store: Store, site_id: str, comment_id: str, new_id: IdentifierSource) -> bool:
    """Remove one comment of a site; return whether it was there."""
    with store.writing() as connection:
        if comment_of(connection, site_id, comment_id) is None:
            return False
        erase_comments(connection, site_id, [comment_id], new_id())
    store.empty_log()
    return True


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
