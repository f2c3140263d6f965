"""The feed of changes: what happened to a site's comments, in commit order and without a gap.

A position is taken from the site's row, whose lock is held until the transaction ends. So whoever
sees a position sees all before it, however many replicas write.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from models.comment import Label
from service.clock import now
from service.deciding.decision import DecidedComment, Decision
from service.store.driver import Prepared
from service.store.insertion import Insertion
from service.store.tables import changes, comments, sites


class ChangeKind(StrEnum):
    """What happened to a comment."""

    DECIDED = "decided"
    REVIEWED = "reviewed"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class NewChange:
    """Something that happens to a comment; an erased one stands no more."""

    kind: ChangeKind
    comment_id: str
    standing: Decision | None
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the feed."""

    position: int
    kind: ChangeKind
    comment_id: str
    external_id: str | None
    standing: Decision | None
    label: Label | None
    changed_at: int


_CHANGES: Final = Insertion(changes, "site_id position kind comment_id standing label changed_at")
_ADVANCE: Final = Prepared(
    update(sites)
    .where(sites.c.id == bindparam("site"))
    .values(last_change=sites.c.last_change + bindparam("count"))
    .returning(sites.c.last_change)
)


def add_changes(
    connection: Connection, site_id: str, new: Sequence[NewChange], changed_at: int
) -> int:
    """Append changes of one site and return the position of the last.

    Locks the site's changes until the transaction ends: take it last, or before the rows that
    other transactions with this lock wait for.
    """
    last = int(_ADVANCE.run(connection, site=site_id, count=len(new))[0][0])
    first = last - len(new) + 1
    rows = [
        (site_id, first + index, one.kind, one.comment_id, one.standing, one.label, changed_at)
        for index, one in enumerate(new)
    ]
    _CHANGES.add(connection, rows)
    return last


def add_decided(connection: Connection, decided: Sequence[DecidedComment]) -> None:
    """Append that comments were decided; the last thing that a transaction does.

    Sites in one order, so that two batches of several sites never wait for each other.
    """
    for site_id in sorted({one.site_id for one in decided}):
        own = [
            NewChange(ChangeKind.DECIDED, one.id, one.decision)
            for one in decided
            if one.site_id == site_id
        ]
        add_changes(connection, site_id, own, now())


def lock_changes(connection: Connection, site_id: str) -> None:
    """Take the site's lock early: before rows that another transaction with this lock may hold."""
    # NO KEY, as an update of the row takes it: else it would wait for every insert of a comment.
    connection.execute(
        select(sites.c.id).where(sites.c.id == site_id).with_for_update(key_share=True)
    )


def changes_after(connection: Connection, site_id: str, position: int, limit: int) -> list[Change]:
    """Return the next changes of a site after a position."""
    rows = connection.execute(
        select(changes, comments.c.external_id)
        .outerjoin(comments, comments.c.id == changes.c.comment_id)
        .where(changes.c.site_id == site_id, changes.c.position > position)
        .order_by(changes.c.position)
        .limit(limit)
    )
    return [
        Change(
            row.position,
            ChangeKind(row.kind),
            row.comment_id,
            row.external_id,
            row.standing and Decision(row.standing),
            row.label and Label(row.label),
            row.changed_at,
        )
        for row in rows
    ]


def last_position(connection: Connection, site_id: str) -> int:
    """Return the position of the newest change of a site; 0 when there is none."""
    last: int = connection.execute(
        select(sites.c.last_change).where(sites.c.id == site_id)
    ).scalar_one()
    return last
