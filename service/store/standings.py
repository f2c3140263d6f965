"""How comments stand now: the decision, or what a person said since. Every change of it is here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, update

from models.comment import Label
from service.deciding.decision import Decision
from service.store.news import former_standings, tell_standings
from service.store.queue import leave_queue
from service.store.tables import comments


@dataclass(frozen=True, slots=True)
class NewStanding:
    """How a comment stands from now on, with the newest label, or none after a retraction."""

    comment_id: str
    standing: Decision
    label: Label | None


def set_standing(
    connection: Connection,
    comment_id: str,
    standing: Decision,
    label: Label | None,
    *,
    told_by: str | None = None,
) -> None:
    """Let a comment stand so from now on; `told_by` is the Akismet key that says so."""
    set_standings(connection, [NewStanding(comment_id, standing, label)], told_by=told_by)


def set_standings(
    connection: Connection,
    changes: Sequence[NewStanding],
    *,
    told_by: str | None = None,
    locked: str | None = None,
) -> frozenset[str]:
    """Let comments stand so from now on; return those that a person had still to look at.

    Each change counts the comment's `state` up, takes it from the queue, for someone has spoken,
    and is told to the feed and to everybody who wants to know. `locked` is the site of all of them
    where the caller holds its feed's lock.
    """
    if not changes:
        return frozenset()
    former = former_standings(connection, [one.comment_id for one in changes], locked)
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
    after = [(former[one.comment_id], one.standing, one.label) for one in changes]
    tell_standings(connection, after, told_by)
    return leave_queue(connection, [one.comment_id for one in changes])
