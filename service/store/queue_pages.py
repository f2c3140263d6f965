"""Pages of the queue: campaigns in an order, the comments of one, and counts."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    func,
    select,
    tuple_,
    update,
)

from service.deciding.queueing import QueueKind
from service.deciding.ties import TieKind
from service.edge.cursor import Cursor, Page
from service.reviewing.queue_query import (
    CampaignPlace,
    Places,
    QueueCounts,
    QueueOrder,
    QueueQuery,
    Waiting,
)
from service.store.among import among
from service.store.comments import StoredComment, comments_by_id
from service.store.desk_tables import queue_campaigns, queue_comments
from service.store.search import Search, saying
from service.store.tables import comments

_ORDERS: Final = {
    QueueOrder.USEFUL: (queue_campaigns.c.usefulness, True),
    QueueOrder.OLDEST: (queue_campaigns.c.oldest_at, False),
    QueueOrder.NEWEST: (queue_campaigns.c.newest_at, True),
    QueueOrder.LARGEST: (queue_campaigns.c.waiting, True),
}


def campaign_places(
    connection: Connection,
    site_id: str,
    wanted: QueueQuery,
    page: Page,
    search: Search | None = None,
) -> Places:
    """Return one page of campaigns with a waiting comment that the filter lets through.

    A text is looked for in some at a time, see `Search`.
    """
    if wanted.text is not None:
        return _search(connection, site_id, wanted, page, search or Search())
    conditions = _conditions(wanted)
    if not conditions:
        found = _in_order(connection, site_id, wanted, page)
    else:
        matching = select(queue_comments.c.campaign_id).where(queue_comments.c.waiting, *conditions)
        own = matching.where(queue_comments.c.campaign_id == queue_campaigns.c.id)
        lead = own.with_only_columns(func.min(queue_comments.c.comment_id)).correlate(
            queue_campaigns
        )
        # Looked for once over all of them, not once for each campaign: 5 times faster.
        listed = matching.where(queue_comments.c.site_id == site_id)
        found = _in_order(connection, site_id, wanted, page, lead.scalar_subquery(), listed)
    full = len(found) == page.limit
    return Places(tuple(found), Cursor(found[-1].value, found[-1].id) if full else None)


def _search(
    connection: Connection, site_id: str, wanted: QueueQuery, page: Page, search: Search
) -> Places:
    """Look for a text stretch by stretch, until the page is full or enough was looked through."""
    found: list[CampaignPlace] = []
    after = page.after
    while search.goes_on:
        ahead = _in_order(connection, site_id, wanted, Page(search.size, after))
        stretch = _as_many(ahead, search.size)
        leads = _leads_saying(connection, wanted, [place.id for place in stretch])
        found += [replace(one, lead_id=leads[one.id]) for one in stretch if one.id in leads]
        if len(found) >= page.limit:
            last = found[page.limit - 1]
            return Places(tuple(found[: page.limit]), Cursor(last.value, last.id))
        if len(stretch) == len(ahead) < search.size:
            return Places(tuple(found), None)
        after = Cursor(stretch[-1].value, stretch[-1].id)
        search.looked += sum(place.waiting for place in stretch)
    return Places(tuple(found), after, cut=search.looked)


def _as_many(places: Sequence[CampaignPlace], comments_at_once: int) -> Sequence[CampaignPlace]:
    """Return the first places with so many comments in all, but at least one."""
    totals = accumulate(place.waiting for place in places)
    return places[: max(sum(total <= comments_at_once for total in totals), 1)]


def _leads_saying(
    connection: Connection, wanted: QueueQuery, campaign_ids: Sequence[str]
) -> dict[str, str]:
    """Return the first comment of each of these campaigns that says the text."""
    entry = queue_comments.c
    rows = connection.execute(
        select(entry.campaign_id, entry.comment_id)
        .where(among(entry.campaign_id, "campaigns"), entry.waiting, *_conditions(wanted))
        .order_by(entry.comment_id.desc()),
        {"campaigns": campaign_ids},
    ).all()
    known = saying(connection, [row.comment_id for row in rows], wanted.text or "")
    return {row.campaign_id: row.comment_id for row in rows if row.comment_id in known}


def _in_order(  # noqa: PLR0913, PLR0917 - what is asked of one query
    connection: Connection,
    site_id: str,
    wanted: QueueQuery,
    page: Page,
    lead: ColumnElement[str] = queue_campaigns.c.lead_id,
    listed: Select[tuple[str]] | None = None,
) -> list[CampaignPlace]:
    column, falling = _ORDERS[wanted.order]
    places = queue_campaigns.c
    query = select(
        places.id,
        places.waiting,
        places.oldest_at,
        places.newest_at,
        column.label("value"),
        lead.label("lead_id"),
    ).where(places.site_id == site_id)
    if listed is not None:
        query = query.where(places.id.in_(listed))
    if wanted.alike:
        query = query.where(places.waiting > 1)
    if page.after is not None:
        place, end = tuple_(column, places.id), tuple_(page.after.value, page.after.id)
        query = query.where(place < end if falling else place > end)
    sort = (column.desc(), places.id.desc()) if falling else (column, places.id)
    rows = connection.execute(query.order_by(*sort).limit(page.limit))
    return [CampaignPlace(**row) for row in rows.mappings()]


def waiting_comments(
    connection: Connection, site_id: str, places: Iterable[CampaignPlace]
) -> list[Waiting]:
    """Return the comment that stands for each campaign, in the order of the places."""
    by_lead = {place.lead_id: place for place in places}
    kinds = connection.execute(
        select(queue_comments.c.comment_id, queue_comments.c.kind, queue_comments.c.tie).where(
            queue_comments.c.comment_id.in_(by_lead)
        )
    )
    known = {row.comment_id: row for row in kinds}
    stored = comments_by_id(connection, site_id, by_lead)
    return [
        _waiting(stored[lead], known[lead], place.id, place.waiting)
        for lead, place in by_lead.items()
        if lead in stored and lead in known
    ]


def campaign_comments(
    connection: Connection, site_id: str, campaign_id: str, page: Page
) -> list[Waiting]:
    """Return waiting comments of one campaign, oldest first."""
    entry = queue_comments.c
    query = (
        select(entry.comment_id, entry.kind, entry.tie, queue_campaigns.c.waiting.label("alike"))
        .join(queue_campaigns, queue_campaigns.c.id == entry.campaign_id)
        .where(entry.campaign_id == campaign_id, entry.waiting, entry.site_id == site_id)
    )
    if page.after is not None:
        query = query.where(
            tuple_(entry.received_at, entry.comment_id)
            > tuple_(int(page.after.value), page.after.id)
        )
    rows = connection.execute(
        query.order_by(entry.received_at, entry.comment_id).limit(page.limit)
    ).all()
    stored = comments_by_id(connection, site_id, [row.comment_id for row in rows])
    return [
        _waiting(stored[row.comment_id], row, campaign_id, row.alike)
        for row in rows
        if row.comment_id in stored
    ]


def _waiting(stored: StoredComment, row: Any, campaign_id: str, alike: int) -> Waiting:
    tie = row.tie and TieKind(row.tie)
    return Waiting(stored, QueueKind(row.kind), campaign_id, alike, tie)


def waiting_entry(connection: Connection, site_id: str, comment_id: str) -> tuple[str, str] | None:
    """Return campaign and kind of a comment if it waits."""
    row = connection.execute(
        select(queue_comments.c.campaign_id, queue_comments.c.kind).where(
            queue_comments.c.comment_id == comment_id,
            queue_comments.c.site_id == site_id,
            queue_comments.c.waiting,
        )
    ).one_or_none()
    return (row.campaign_id, row.kind) if row else None


def queue_counts(connection: Connection, site_id: str) -> QueueCounts:
    """Count what waits, from the narrowest index."""
    row = connection.execute(
        select(func.coalesce(func.sum(queue_campaigns.c.waiting), 0), func.count()).where(
            queue_campaigns.c.site_id == site_id
        )
    ).one()
    return QueueCounts(int(row[0]), row[1])


def tell_languages(
    connection: Connection, site_id: str, tell: Callable[[str], str | None], limit: int
) -> int:
    """Note the language of waiting comments that have none noted, newest first; return how many.

    It is told when someone asks for it and not on arrival: the identifier takes 50 MB and seconds
    to load, and a blog waits for the decision.
    """
    rows = connection.execute(
        select(comments.c.id, comments.c.document)
        .join(queue_comments, queue_comments.c.comment_id == comments.c.id)
        .where(
            queue_comments.c.site_id == site_id,
            queue_comments.c.waiting,
            queue_comments.c.language.is_(None),
        )
        .order_by(comments.c.id.desc())
        .limit(limit)
    ).all()
    for row in rows:
        language = tell(str(json.loads(row.document).get("content", ""))) or "und"
        connection.execute(
            update(queue_comments)
            .where(queue_comments.c.comment_id == row.id)
            .values(language=language[:8])
        )
    return len(rows)


def _conditions(wanted: QueueQuery) -> list[ColumnElement[bool]]:
    entry = queue_comments.c
    found: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        found.append(entry.kind == wanted.kind)
    if wanted.reason is not None:
        found.append(entry.codes.contains(f" {wanted.reason} ", autoescape=True))
    if wanted.language is not None:
        found.append(entry.language == wanted.language)
    for column, least, most in (
        (entry.score, wanted.min_score, wanted.max_score),
        (entry.received_at, wanted.received_after, wanted.received_before),
    ):
        found += [] if least is None else [column >= least]
        found += [] if most is None else [column <= most]
    return found
