"""What is stored of one person, for the person who asks."""

from typing import Any

from service.store.engine import Store
from service.store.imported import imported_by
from service.store.people import Person, comments_by, everything_about


def export_person(store: Store, person: Person) -> list[dict[str, Any]]:
    """Return everything that is stored of a person, as it is at this moment."""
    with store.snapshot() as connection:
        found = list(comments_by(connection, person))
        sent = [everything_about(connection, comment_id) for comment_id in found]
        imported = imported_by(connection, person)
        return sent + [{"comment_id": one, "imported": row} for one, row in imported]
