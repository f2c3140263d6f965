"""How comments stand now: the decision, or what a person said since. Every change of it is here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, update

from models.comment import Label
from service.decision import Decision
from service.store.queue import leave_queue
from service.store.tables import comments


@dataclass(frozen=True, slots=True)
class NewStanding:
    """How a comment stands from now on, with the newest label, or none after a retraction."""

    comment_id: str
    standing: Decision
    label: Label | None


def set_standing(
    connection: Connection, comment_id: str, standing: Decision, label: Label | None
) -> None:
    """Let a comment stand so from now on."""
    set_standings(connection, [NewStanding(comment_id, standing, label)])


def set_standings(connection: Connection, changes: Sequence[NewStanding]) -> frozenset[str]:
    """Let comments stand so from now on; return those that a person had still to look at.

    Each change counts its `state` up, and takes the comment from the queue: someone has spoken.
    """
    if not changes:
        return frozenset()
    connection.execute(
        update(comments)
        .where(comments.c.id == bindparam("changed_id"))
        .values(
            standing=bindparam("standing"), label=bindparam("label"), state=comments.c.state + 1
        ),
        [
            {"changed_id": one.comment_id, "standing": one.standing, "label": one.label}
            for one in changes
        ],
    )
    return leave_queue(connection, [one.comment_id for one in changes])
