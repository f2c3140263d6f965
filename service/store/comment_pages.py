"""Pages of all comments of a site, newest first."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, tuple_

from service.deciding.decision import Decision
from service.edge.cursor import Cursor, Page
from service.reviewing.comment_query import CommentQuery
from service.store.comments import StoredComment, comments_by_id
from service.store.search import Search, saying
from service.store.tables import comments, decisions

# When it was received, and its id.
_Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class CommentPage:
    """One page of comments, and after which one the next begins."""

    found: tuple[StoredComment, ...]
    after: Cursor | None
    cut: int = 0
    """After how many comments a search for text ended before all were looked through."""


def comment_page(
    connection: Connection,
    site_id: str,
    wanted: CommentQuery,
    page: Page,
    search: Search | None = None,
) -> CommentPage:
    """Return one page of comments, newest first; a text is looked for in some at a time."""
    if wanted.text is not None:
        return _search(connection, site_id, wanted, page, search or Search())
    places = _newest(connection, site_id, wanted, page)
    after = Cursor(*places[-1]) if len(places) == page.limit else None
    return CommentPage(_read(connection, site_id, places), after)


def _search(
    connection: Connection, site_id: str, wanted: CommentQuery, page: Page, search: Search
) -> CommentPage:
    """Look for a text stretch by stretch, until the page is full or enough was looked through."""
    found: list[_Place] = []
    after = page.after
    while search.goes_on:
        stretch = _newest(connection, site_id, wanted, Page(search.size, after))
        known = saying(connection, [comment_id for _, comment_id in stretch], wanted.text or "")
        found += [place for place in stretch if place[1] in known]
        if len(found) >= page.limit:
            found = found[: page.limit]
            return CommentPage(_read(connection, site_id, found), Cursor(*found[-1]))
        if len(stretch) < search.size:
            return CommentPage(_read(connection, site_id, found), None)
        after = Cursor(*stretch[-1])
        search.looked += len(stretch)
    return CommentPage(_read(connection, site_id, found), after, cut=search.looked)


def _read(
    connection: Connection, site_id: str, places: Sequence[_Place]
) -> tuple[StoredComment, ...]:
    stored = comments_by_id(connection, site_id, [comment_id for _, comment_id in places])
    return tuple(stored[one] for _, one in places if one in stored)


def traces_kept(connection: Connection, comment_id: str) -> tuple[int | None, str | None]:
    """Return the author key and the campaign of a comment: what finds others like it."""
    row = connection.execute(
        select(comments.c.author_key, comments.c.campaign_id).where(comments.c.id == comment_id)
    ).one()
    return row.author_key, row.campaign_id


def _newest(connection: Connection, site_id: str, wanted: CommentQuery, page: Page) -> list[_Place]:
    """Return the newest comments, whatever they say.

    Each standing has its own stretch of the index by time; their heads are merged here, so that a
    page costs the same in the largest store.
    """
    standings = [wanted.standing] if wanted.standing else list(Decision)
    stretches = [_stretch(connection, site_id, wanted, page, one) for one in standings]
    return list(islice(heapq.merge(*stretches, reverse=True), page.limit))


def _stretch(
    connection: Connection, site_id: str, wanted: CommentQuery, page: Page, standing: Decision
) -> list[_Place]:
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
    return found
