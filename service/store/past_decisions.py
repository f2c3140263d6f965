"""Stored comments with the decision they got, newest first, for replay and the gate."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from models.comment import Label
from service.decision import Decision
from service.store.retention import EMPTY
from service.store.tables import comments, decisions

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A comment as received, with what decided it then and what a person said since."""

    id: str
    site_id: str
    document: str
    label: Label | None
    audited: bool
    decision: Decision
    signals: str


def past_decisions(connection: Connection, since: int, most: int) -> Iterator[PastDecision]:
    """Yield the newest decided comments with their text, at most so many and none older.

    `audited` are those with a person's label although nobody had to look: they were not held.
    """
    rows = connection.execution_options(yield_per=AT_ONCE).execute(
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
            comments.c.received_at >= since,
            comments.c.test.is_(False),
            comments.c.document != EMPTY,
        )
        .order_by(comments.c.received_at.desc())
        .limit(most)
    )
    for row in rows:
        label, decision = row.label and Label(row.label), Decision(row.decision)
        audited = label is not None and decision is not Decision.HOLD
        yield PastDecision(row.id, row.site_id, row.document, label, audited, decision, row.signals)
