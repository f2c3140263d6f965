"""Reviews: append-only; an undo is a row that takes one back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from models.comment import Label
from service.deciding.decision import Decision
from service.reviewing.review import Change, Outcome, Review, Standing
from service.store.desk_tables import reviews
from service.store.tables import comments, labels

AT_ONCE = 500


def add_reviews(connection: Connection, new: Sequence[Review]) -> None:
    """Append reviews; nothing of what was said before is changed."""
    if new:
        connection.execute(insert(reviews), [_row(one) for one in new])


def reviews_by_id(
    connection: Connection, site_id: str, review_ids: Iterable[str]
) -> dict[str, Review]:
    """Return those of the given reviews that are this site's."""
    rows = connection.execute(select(reviews).where(reviews.c.id.in_(list(review_ids))))
    return {row.id: _read(row) for row in rows if row.site_id == site_id}


def retracted(connection: Connection, review_ids: Iterable[str]) -> frozenset[str]:
    """Return those of the given reviews that were taken back."""
    rows = connection.execute(
        select(reviews.c.retracts).where(reviews.c.retracts.in_(list(review_ids)))
    )
    return frozenset(row.retracts for row in rows)


def newest_reviews(connection: Connection, comment_ids: Iterable[str]) -> dict[str, Review]:
    """Return the newest review of each comment that has one."""
    wanted = list(comment_ids)
    if not wanted:
        return {}
    rows = connection.execute(
        select(reviews).where(reviews.c.comment_id.in_(wanted)).order_by(reviews.c.state)
    )
    return {row.comment_id: _read(row) for row in rows}


def history_of(connection: Connection, comment_id: str) -> list[Review]:
    """Return all reviews of a comment, oldest first."""
    rows = connection.execute(
        select(reviews).where(reviews.c.comment_id == comment_id).order_by(reviews.c.state)
    )
    return [_read(row) for row in rows]


def standings(
    connection: Connection, site_id: str, comment_ids: Iterable[str]
) -> dict[str, Standing]:
    """Return how comments of this site stand; for certain only under the lock of its feed."""
    wanted = sorted(set(comment_ids))
    found = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = connection.execute(_standings(wanted[start : start + AT_ONCE]))
        found.update({row.id: _standing(row) for row in rows if row.site_id == site_id})
    return found


def newest_changes(connection: Connection, comment_ids: Sequence[str]) -> Mapping[str, Change]:
    """Return who changed each comment last, and when: by a review, or by a label from elsewhere."""
    wanted = list(comment_ids)
    if not wanted:
        return {}
    said = (
        select(labels.c.comment_id, labels.c.who, labels.c.labelled_at.label("at"))
        .where(labels.c.comment_id.in_(wanted))
        .union_all(
            select(reviews.c.comment_id, reviews.c.who, reviews.c.reviewed_at).where(
                reviews.c.comment_id.in_(wanted)
            )
        )
    )
    # Oldest first, so that the newest is what stays.
    rows = sorted(connection.execute(said), key=lambda row: row.at)
    return {row.comment_id: Change(row.who, row.at) for row in rows}


def _standings(ids: Sequence[str]) -> Select[Any]:
    # Not by site too: SQLite would then walk the site's whole index.
    columns = comments.c
    return select(
        columns.id, columns.site_id, columns.standing, columns.label, columns.state
    ).where(columns.id.in_(ids))


def _standing(row: Row[Any]) -> Standing:
    return Standing(Decision(row.standing), row.label and Label(row.label), row.state)


def _row(review: Review) -> dict[str, Any]:
    return {name: getattr(review, name) for name in Review.__slots__}


def _read(row: Row[Any]) -> Review:
    return Review(
        id=row.id,
        site_id=row.site_id,
        comment_id=row.comment_id,
        outcome=row.outcome and Outcome(row.outcome),
        retracts=row.retracts,
        who=row.who,
        source=row.source,
        reviewed_at=row.reviewed_at,
        state=row.state,
        standing=Decision(row.standing),
        standing_before=Decision(row.standing_before),
        label_before=row.label_before and Label(row.label_before),
        was_waiting=row.was_waiting,
    )
