"""Stored comments with the decision they got, newest first, for replay and the gate."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from models.comment import Label
from service.deciding.decision import Decision
from service.deciding.queueing import QueueKind
from service.store.desk_tables import queue_comments
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


def past_decisions(
    connection: Connection, since: int, most: int, site_id: str | None = None
) -> Iterator[PastDecision]:
    """Yield the newest decided comments with their text, at most so many and none older.

    `audited` are those of the audit sample that a person labelled: drawn by chance among what was
    not held, so that they stand for all of it. What people labelled unasked does not.
    """
    query = (
        select(
            comments.c.id,
            comments.c.site_id,
            comments.c.document,
            comments.c.label,
            decisions.c.decision,
            decisions.c.signals,
            queue_comments.c.kind,
        )
        .join(decisions, decisions.c.comment_id == comments.c.id)
        .outerjoin(queue_comments, queue_comments.c.comment_id == comments.c.id)
        .where(
            comments.c.received_at >= since,
            comments.c.test.is_(False),
            comments.c.document != EMPTY,
        )
        .order_by(comments.c.received_at.desc())
        .limit(most)
    )
    if site_id is not None:
        # With each standing named, the site's index by time is used.
        query = query.where(comments.c.site_id == site_id, comments.c.standing.in_(list(Decision)))
    for row in connection.execution_options(yield_per=AT_ONCE).execute(query):
        label, decision = row.label and Label(row.label), Decision(row.decision)
        audited = label is not None and row.kind == QueueKind.AUDIT
        yield PastDecision(row.id, row.site_id, row.document, label, audited, decision, row.signals)
