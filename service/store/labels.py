"""Labels: append-only, the newest wins, an undo appends a retraction."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert

from models.comment import Label
from service.store.tables import labels


@dataclass(frozen=True, slots=True)
class NewLabel:
    """What a person says a comment is; without a label, that they take it back."""

    id: str
    comment_id: str
    label: Label | None
    who: str
    source: str
    labelled_at: int


def add_label(connection: Connection, new: NewLabel) -> None:
    """Append a label; nothing of what was said before is changed."""
    connection.execute(
        insert(labels).values(
            id=new.id,
            comment_id=new.comment_id,
            label=new.label,
            who=new.who,
            source=new.source,
            labelled_at=new.labelled_at,
        )
    )
