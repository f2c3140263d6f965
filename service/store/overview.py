"""What happened on a site within some days, in a handful of queries."""

import json
from collections import Counter
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import Connection, Row, case, func, select

from models.comment import Label
from service.deciding.decision import Decision
from service.deciding.queueing import QueueKind
from service.reviewing.overview import BundleUse, Overview, Rate
from service.store.desk_tables import queue_comments, reviews
from service.store.tables import comments, decisions

DAY: Final = 86_400_000_000
BANDS: Final = 20
TOP: Final = 10
# Reasons are counted over the newest of these, scores over all.
MOST_READ: Final = 5_000
MOST_TIMES: Final = 20_000

# What a person says that contradicts a decision; a hold is no claim, so it is never wrong.
_WRONG: Final = {Decision.APPROVE: Label.SPAM, Decision.REJECT: Label.HAM}


def overview_of(connection: Connection, site_id: str, at: int, days: int = 30) -> Overview:
    """Return the overview of the last days, today included."""
    first = (at // DAY - days + 1) * DAY
    return Overview(
        days=tuple(first + place * DAY for place in range(days)),
        by_day=_by_day(connection, site_id, first),
        reviewed_after=_review_times(connection, site_id, first),
        overturned=_overturned(connection, site_id, first),
        audited=_audited(connection, site_id, first),
        scores=_scores(connection, site_id, first),
        reasons=_reasons(connection, site_id, first),
        bundles=_bundles(connection, site_id),
    )


def decided_since(connection: Connection, site_id: str, since: int) -> int:
    """Count the comments that came since then."""
    return sum(
        connection.execute(
            select(func.count()).where(
                comments.c.site_id == site_id,
                comments.c.standing == standing,
                comments.c.received_at >= since,
            )
        ).scalar_one()
        for standing in Decision
    )


def _by_day(connection: Connection, site_id: str, first: int) -> dict[int, dict[Decision, int]]:
    day = (comments.c.received_at - comments.c.received_at % DAY).label("day")
    rows = connection.execute(
        select(day, decisions.c.decision, func.count().label("number"))
        .join(decisions, decisions.c.comment_id == comments.c.id)
        .where(*_recent(site_id, first))
        .group_by(day, decisions.c.decision)
    )
    found: dict[int, dict[Decision, int]] = {}
    for row in rows:
        found.setdefault(int(row.day), {})[Decision(row.decision)] = row.number
    return found


def _review_times(connection: Connection, site_id: str, first: int) -> tuple[int, ...]:
    rows = connection.execute(
        select((reviews.c.reviewed_at - comments.c.received_at).label("took"))
        .join(comments, comments.c.id == reviews.c.comment_id)
        .where(
            reviews.c.site_id == site_id,
            reviews.c.reviewed_at >= first,
            reviews.c.state == 1,
            reviews.c.standing_before == Decision.HOLD,
        )
        .order_by(reviews.c.reviewed_at.desc())
        .limit(MOST_TIMES)
    )
    return tuple(sorted(row.took for row in rows))


def _overturned(connection: Connection, site_id: str, first: int) -> dict[Decision, Rate]:
    """Of what a person labelled, how much contradicts the decision."""
    rows = connection.execute(
        select(decisions.c.decision, comments.c.label, func.count().label("number"))
        .join(decisions, decisions.c.comment_id == comments.c.id)
        .where(*_recent(site_id, first), comments.c.label.is_not(None))
        .group_by(decisions.c.decision, comments.c.label)
    ).all()
    return _rates(rows, (Decision.APPROVE, Decision.HOLD, Decision.REJECT))


def _audited(connection: Connection, site_id: str, first: int) -> dict[Decision, Rate]:
    rows = connection.execute(
        select(decisions.c.decision, comments.c.label, func.count().label("number"))
        .select_from(queue_comments)
        .join(comments, comments.c.id == queue_comments.c.comment_id)
        .join(decisions, decisions.c.comment_id == comments.c.id)
        .where(
            queue_comments.c.site_id == site_id,
            queue_comments.c.kind == QueueKind.AUDIT,
            queue_comments.c.received_at >= first,
            comments.c.label.is_not(None),
        )
        .group_by(decisions.c.decision, comments.c.label)
    ).all()
    return _rates(rows, (Decision.APPROVE, Decision.REJECT))


def _rates(rows: Any, wanted: tuple[Decision, ...]) -> dict[Decision, Rate]:
    """For a hold, tell how often the answer was spam: what the classifier could not see alone."""
    found = {}
    for decision in wanted:
        counts = {row.label: row.number for row in rows if row.decision == decision}
        wrong = _WRONG.get(decision, Label.SPAM)
        found[decision] = Rate(counts.get(wrong, 0), sum(counts.values()))
    return found


def _scores(connection: Connection, site_id: str, first: int) -> tuple[int, ...]:
    score = decisions.c.score
    # Counted band by band: rounding down is written differently in each database.
    edges = [place / BANDS for place in range(1, BANDS)]
    below = [func.sum(case((score < edge, 1), else_=0)) for edge in edges]
    row = connection.execute(
        select(*below, func.count())
        .join(comments, decisions.c.comment_id == comments.c.id)
        .where(*_recent(site_id, first), score.is_not(None))
    ).one()
    up_to = [0, *(int(value or 0) for value in row)]
    return tuple(high - low for low, high in pairwise(up_to))


def _reasons(connection: Connection, site_id: str, first: int) -> tuple[tuple[str, str, int], ...]:
    rows = connection.execute(
        select(decisions.c.reasons)
        .join(comments, decisions.c.comment_id == comments.c.id)
        .where(*_recent(site_id, first), decisions.c.decision != Decision.APPROVE)
        .order_by(comments.c.received_at.desc())
        .limit(MOST_READ)
    )
    counts: Counter[str] = Counter()
    sentences: dict[str, str] = {}
    for row in rows:
        for reason in json.loads(row.reasons):
            counts[reason["code"]] += 1
            sentences.setdefault(reason["code"], reason["sentence"])
    return tuple((code, sentences[code], count) for code, count in counts.most_common(TOP))


def _bundles(connection: Connection, site_id: str) -> tuple[BundleUse, ...]:
    at = comments.c.received_at
    rows: list[Row[Any]] = list(
        connection.execute(
            select(
                decisions.c.bundle,
                func.min(at).label("first_at"),
                func.max(at).label("last_at"),
                func.count().label("number"),
            )
            .join(comments, decisions.c.comment_id == comments.c.id)
            .where(comments.c.site_id == site_id)
            .group_by(decisions.c.bundle)
        )
    )
    rows.sort(key=lambda row: -row.last_at)
    return tuple(BundleUse(row.bundle, row.first_at, row.last_at, row.number) for row in rows[:TOP])


def _recent(site_id: str, first: int) -> tuple[Any, ...]:
    return (
        comments.c.site_id == site_id,
        # All three, so that the index by standing and time is used.
        comments.c.standing.in_(list(Decision)),
        comments.c.received_at >= first,
        ~comments.c.test,
    )
