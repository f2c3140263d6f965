"""How comments stand now: the decision, or what a person said since. Every change of it is here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, update

from models.comment import Label
from service.decision import Decision
from service.store.news import former_standings, tell_standings
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
    connection: Connection, changes: Sequence[NewStanding], *, told_by: str | None = None
) -> None:
    """Let comments stand so from now on, and tell the feed and everybody who wants to know."""
    if not changes:
        return
    former = former_standings(connection, [one.comment_id for one in changes])
    connection.execute(
        update(comments)
        .where(comments.c.id == bindparam("changed_id"))
        .values(standing=bindparam("standing"), label=bindparam("label")),
        [
            {"changed_id": one.comment_id, "standing": one.standing, "label": one.label}
            for one in changes
        ],
    )
    after = [(former[one.comment_id], one.standing, one.label) for one in changes]
    tell_standings(connection, after, told_by)
