"""Candidates in the shadow: who is there, what it has to decide, what it decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from models.comment import Label
from service.deciding.decision import Decision
from service.store.insertion import Insertion
from service.store.past_decisions import PastDecision
from service.store.retention import EMPTY
from service.store.shadow_tables import shadow_decisions, shadows
from service.store.tables import comments, decisions

# Two replicas may decide the same comment; what they store is the same.
_DECIDED: Final = Insertion(shadow_decisions, "version comment_id decision score", skip_known=True)


@dataclass(frozen=True, slots=True)
class Shadow:
    """A candidate that decides comments beside the incumbent until a time; nobody gets to see it."""

    version: str
    who: str
    started_at: int
    until: int
    reached: str


@dataclass(frozen=True, slots=True)
class ShadowDecision:
    """What the candidate would have decided."""

    comment_id: str
    decision: Decision
    score: float | None


def start_shadow(connection: Connection, new: Shadow) -> None:
    """Put a candidate into the shadow, in the place of any other; what it decided before is gone."""
    end_shadows(connection, new.started_at)
    connection.execute(delete(shadow_decisions).where(shadow_decisions.c.version == new.version))
    connection.execute(delete(shadows).where(shadows.c.version == new.version))
    values = {name: getattr(new, name) for name in Shadow.__slots__}
    connection.execute(insert(shadows).values(values))


def end_shadows(connection: Connection, at: int) -> None:
    """Let no candidate decide any more; what it decided stays."""
    connection.execute(update(shadows).where(shadows.c.until > at).values(until=at))


def shadow_at(connection: Connection, at: int) -> Shadow | None:
    """Return the candidate that is in the shadow at this time."""
    row = connection.execute(
        select(shadows).where(shadows.c.until > at).order_by(shadows.c.started_at.desc()).limit(1)
    ).one_or_none()
    return _read(row) if row else None


def newest_shadow(connection: Connection) -> Shadow | None:
    """Return the candidate that was in the shadow last, or still is."""
    row = connection.execute(
        select(shadows).order_by(shadows.c.started_at.desc()).limit(1)
    ).one_or_none()
    return _read(row) if row else None


def undecided(connection: Connection, shadow: Shadow, before: int, most: int) -> list[PastDecision]:
    """Return the next comments that came since it began and before a time, oldest first."""
    rows = connection.execute(
        select(
            comments.c.id,
            comments.c.site_id,
            comments.c.document,
            comments.c.label,
            decisions.c.decision,
            decisions.c.signals,
        )
        .join(decisions, decisions.c.comment_id == comments.c.id)
        .where(
            comments.c.id > shadow.reached,
            comments.c.received_at >= shadow.started_at,
            comments.c.received_at < min(before, shadow.until),
            comments.c.test.is_(False),
            comments.c.document != EMPTY,
        )
        .order_by(comments.c.id)
        .limit(most)
    )
    return [
        PastDecision(
            row.id,
            row.site_id,
            row.document,
            row.label and Label(row.label),
            False,
            Decision(row.decision),
            row.signals,
        )
        for row in rows
    ]


def add_shadow_decisions(
    connection: Connection, shadow: Shadow, decided: Sequence[ShadowDecision]
) -> None:
    """Store what the candidate decided, and how far it came."""
    rows = [(shadow.version, one.comment_id, one.decision.value, one.score) for one in decided]
    _DECIDED.add(connection, rows)
    connection.execute(
        update(shadows)
        .where(shadows.c.version == shadow.version)
        .values(reached=max(one.comment_id for one in decided))
    )


def shadow_directions(connection: Connection, version: str) -> list[tuple[str, str, int]]:
    """Return how often the incumbent gave the one and the candidate decided the other."""
    rows = connection.execute(
        select(decisions.c.decision, shadow_decisions.c.decision, func.count())
        .join(decisions, decisions.c.comment_id == shadow_decisions.c.comment_id)
        .where(shadow_decisions.c.version == version)
        .group_by(decisions.c.decision, shadow_decisions.c.decision)
        .order_by(func.count().desc(), decisions.c.decision, shadow_decisions.c.decision)
    )
    return [(given, would, count) for given, would, count in rows]


def _read(row: Row[tuple[object, ...]]) -> Shadow:
    return Shadow(**{name: getattr(row, name) for name in Shadow.__slots__})
