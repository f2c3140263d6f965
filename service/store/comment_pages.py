"""Pages of all comments of a site, newest first."""

import heapq
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, tuple_

from service.comment_query import CommentQuery
from service.cursor import Page
from service.decision import Decision
from service.store.comments import StoredComment, comments_by_id
from service.store.queue_pages import says
from service.store.tables import comments, decisions


def comment_page(
    connection: Connection, site_id: str, wanted: CommentQuery, page: Page
) -> list[StoredComment]:
    """Return one page of comments, newest first.

    Each standing has its own stretch of the index by time; their heads are merged here, so that a
    page costs the same in the largest store.
    """
    standings = [wanted.standing] if wanted.standing else list(Decision)
    stretches = [_stretch(connection, site_id, wanted, page, one) for one in standings]
    merged = heapq.merge(*stretches, reverse=True)
    ids = [comment_id for _, comment_id in list(merged)[: page.limit]]
    stored = comments_by_id(connection, site_id, ids)
    return [stored[one] for one in ids if one in stored]


def traces_kept(connection: Connection, comment_id: str) -> tuple[int | None, str | None]:
    """Return the author key and the campaign of a comment: what finds others like it."""
    row = connection.execute(
        select(comments.c.author_key, comments.c.campaign_id).where(comments.c.id == comment_id)
    ).one()
    return row.author_key, row.campaign_id


def _stretch(
    connection: Connection, site_id: str, wanted: CommentQuery, page: Page, standing: Decision
) -> list[tuple[int, str]]:
    query = select(comments.c.received_at, comments.c.id).where(
        comments.c.site_id == site_id, comments.c.standing == standing, *_conditions(wanted)
    )
    if wanted.decision is not None:
        query = query.join(decisions, decisions.c.comment_id == comments.c.id).where(
            decisions.c.decision == wanted.decision
        )
    if page.after is not None:
        query = query.where(
            tuple_(comments.c.received_at, comments.c.id)
            < tuple_(int(page.after.value), page.after.id)
        )
    ordered = query.order_by(comments.c.received_at.desc(), comments.c.id.desc())
    rows = connection.execute(ordered.limit(page.limit))
    return [(row.received_at, row.id) for row in rows]


def _conditions(wanted: CommentQuery) -> list[ColumnElement[Any]]:
    found: list[ColumnElement[Any]] = []
    if wanted.label is not None:
        found.append(comments.c.label == wanted.label)
    if wanted.received_after is not None:
        found.append(comments.c.received_at >= wanted.received_after)
    if wanted.received_before is not None:
        found.append(comments.c.received_at < wanted.received_before)
    if wanted.author_key is not None:
        found.append(comments.c.author_key == wanted.author_key)
    if wanted.campaign_id is not None:
        found.append(comments.c.campaign_id == wanted.campaign_id)
    if wanted.text is not None:
        found.append(says(wanted.text))
    return found
