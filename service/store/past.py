"""Comments that came before, as far as deciding them again needs."""

import json
from typing import Final

from sqlalchemy import Connection, select

from models.comment import Label
from service.deciding.decision import Decision, Signal
from service.reviewing.what_if import PastComment
from service.store.tables import comments, decisions

# 20 µs each to read and decide again: a page of settings stays below half a second.
MOST: Final = 20_000


def past_comments(connection: Connection, site_id: str, since: int) -> list[PastComment]:
    """Return the newest comments since then, at most 20,000."""
    rows = connection.execute(
        select(
            comments.c.document,
            comments.c.label,
            decisions.c.score,
            decisions.c.signals,
            decisions.c.decision,
        )
        .join(decisions, decisions.c.comment_id == comments.c.id)
        .where(
            comments.c.site_id == site_id,
            comments.c.standing.in_(list(Decision)),
            comments.c.received_at >= since,
            ~comments.c.test,
        )
        .order_by(comments.c.received_at.desc())
        .limit(MOST)
    )
    return [
        PastComment(
            row.score,
            tuple(Signal(**fields) for fields in json.loads(row.signals)),
            Decision(row.decision),
            row.label and Label(row.label),
            row.document,
        )
        for row in rows
    ]
