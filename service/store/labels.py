"""Labels: append-only, the newest wins, an undo appends a retraction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from models.comment import Label
from service.store.tables import comments, labels

_APPEND: Final = insert(labels).values(
    revision=select(comments.c.revision)
    .where(comments.c.id == bindparam("labelled"))
    .scalar_subquery()
)


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
    add_labels(connection, [new])


def add_labels(connection: Connection, new: Sequence[NewLabel]) -> None:
    """Append labels, in this order; each means its comment as it is at this moment."""
    if new:
        rows = [
            {name: getattr(one, name) for name in NewLabel.__slots__} | {"labelled": one.comment_id}
            for one in new
        ]
        connection.execute(_APPEND, rows)


def labels_of(connection: Connection, comment_id: str) -> list[NewLabel]:
    """Return all labels of a comment, oldest first."""
    rows = connection.execute(
        select(labels)
        .where(labels.c.comment_id == comment_id)
        .order_by(labels.c.labelled_at, labels.c.id)
    )
    return [
        NewLabel(
            row.id,
            row.comment_id,
            row.label and Label(row.label),
            row.who,
            row.source,
            row.labelled_at,
        )
        for row in rows
    ]
