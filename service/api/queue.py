"""What waits for a person."""

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from models.language import language
from service.answers import comment_fields
from service.edge.auth import Scope
from service.edge.cursor import Cursor, Page
from service.edge.requests import HouseDep, KeyDep, KeyedRoute
from service.house import House
from service.reviewing.queue_query import QueueQuery, Waiting
from service.reviewing.review_schemas import QueueIn, QueueOut
from service.store.queue_pages import (
    campaign_comments,
    campaign_places,
    queue_counts,
    tell_languages,
    waiting_comments,
)

router = APIRouter(prefix="/v1/queue", tags=["review"], route_class=KeyedRoute)

# 0.15 ms each: a filter by language costs at most a third of a second more, until all are told.
LANGUAGES_AT_ONCE: Final = 2_000


@router.get("", response_model=QueueOut, summary="Read what waits for a person")
def read(asked: Annotated[QueueIn, Query()], house: HouseDep, key: KeyDep) -> Response:
    """Return held comments and the audit sample, one of each campaign.

    A campaign is what was written alike: nearly the same text, by the same author, or with links to
    the same hosts.
    The order `useful` puts first what teaches the classifier most: near a threshold, in a large
    campaign, waiting long. `campaign` lists every comment of one campaign. A `text` is looked for in
    some at a time: a page may hold less than `limit`, or nothing, and still have a `next`.
    """
    site_id = key.site(Scope.LABEL)
    page = Page(asked.limit, Cursor.read(asked.cursor))
    if asked.campaign is not None:
        with house.store.reading() as connection:
            counts = queue_counts(connection, site_id)
            found = campaign_comments(connection, site_id, asked.campaign, page)
        last = found[-1].stored.decided if len(found) == page.limit else None
        after = Cursor(last.received_at, last.id) if last else None
        return _json(found, after, counts.comments)
    found, after = queue_page(house, site_id, asked.query(), page)
    with house.store.reading() as connection:
        counts = queue_counts(connection, site_id)
    return _json(found, after, counts.comments)


def queue_page(
    house: House, site_id: str, wanted: QueueQuery, page: Page
) -> tuple[list[Waiting], Cursor | None]:
    """Return one page of the queue and where the next begins."""
    if wanted.language is not None:
        with house.store.writing() as connection:
            tell_languages(connection, site_id, language, LANGUAGES_AT_ONCE)
    with house.store.reading() as connection:
        places = campaign_places(connection, site_id, wanted, page)
        found = waiting_comments(connection, site_id, places.found)
    return found, places.after


def waiting_fields(waiting: Waiting) -> dict[str, Any]:
    """Return a waiting comment as plain JSON values."""
    return {
        **comment_fields(waiting.stored),
        "kind": waiting.kind.value,
        "campaign": waiting.campaign_id,
        "alike": waiting.alike,
        "tie": waiting.tie and waiting.tie.value,
    }


def _json(found: list[Waiting], after: Cursor | None, waiting: int) -> Response:
    fields = {
        "items": [waiting_fields(one) for one in found],
        "next": after and str(after),
        "waiting": waiting,
    }
    return Response(json.dumps(fields).encode(), media_type="application/json")
