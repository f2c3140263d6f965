"""Queries for labels that shall be forgotten."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from service.deciding.decision import Decision
from service.deciding.traces import author_keys
from service.store.tables import comments, labels, sites


@dataclass(frozen=True, slots=True)
class LabelledStanding:
    """A labelled comment and how it stands."""

    id: str
    standing: Decision


def forgettable(
    connection: Connection,
    comment_id: str | None,
    author: str | None,
    reviewer: str | None,
    most: int,
) -> list[LabelledStanding]:
    """Return labelled comments: the one named, those of an author, or those that a reviewer labelled.

    A reviewer's are the comments on which that person's label is the one in force.
    """
    query = select(comments.c.id, comments.c.standing).where(comments.c.label.is_not(None))
    if comment_id is not None:
        query = query.where(comments.c.id == comment_id)
    if author is not None:
        query = query.where(_by_author(connection, author))
    if reviewer is not None:
        newest = (
            select(labels.c.comment_id, func.max(labels.c.id).label("id"))
            .group_by(labels.c.comment_id)
            .subquery()
        )
        query = query.join(newest, newest.c.comment_id == comments.c.id).join(
            labels, and_(labels.c.id == newest.c.id, labels.c.who == reviewer)
        )
    rows = connection.execute(query.order_by(comments.c.id).limit(most))
    return [LabelledStanding(row.id, Decision(row.standing)) for row in rows]


def _by_author(connection: Connection, author: str) -> ColumnElement[bool]:
    """Match the author on every site: keys differ from site to site."""
    site_ids = [row.id for row in connection.execute(select(sites.c.id))]
    keys = [key for site_id in site_ids for key in author_keys(site_id, author)]
    return or_(comments.c.author_key.in_(keys))
