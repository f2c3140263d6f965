"""What a bundle made of the comments that came since a time."""

from collections import Counter

from sqlalchemy import Connection, select

from service.deciding.decision import Decision
from service.loop.live_shares import LiveShares
from service.store.tables import comments, decisions

# Read by the primary key, which ascends with time, so that looking costs the same under any load.
MOST = 2_000


def shares_since(connection: Connection, bundle: str, since: int) -> LiveShares:
    """Return the shares among the newest comments, at most 2,000, that this bundle decided."""
    newest = (
        select(comments.c.id, comments.c.received_at, comments.c.test)
        .order_by(comments.c.id.desc())
        .limit(MOST)
        .subquery()
    )
    rows = connection.execute(
        select(decisions.c.decision)
        .join(newest, newest.c.id == decisions.c.comment_id)
        .where(
            decisions.c.bundle == bundle,
            newest.c.received_at >= since,
            newest.c.test.is_(False),
        )
    )
    counts = Counter(Decision(row.decision) for row in rows)
    total = max(counts.total(), 1)
    return LiveShares(
        counts.total(), counts[Decision.HOLD] / total, counts[Decision.REJECT] / total
    )
