"""The queue, campaigns, and the answers that people give there."""

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from models.language import language
from service.clock import now
from service.deciding.policy import DEFAULT_EFFECTS
from service.edge.cursor import Cursor, Page
from service.edge.requests import HouseDep
from service.errors import Invalid, NotFound
from service.house import House
from service.reviewing.queue_query import QueueOrder, QueueQuery
from service.reviewing.review_schemas import QueueIn
from service.store.overview import decided_since
from service.store.queue_pages import (
    campaign_comments,
    campaign_places,
    tell_languages,
    waiting_comments,
)
from service.ui.answering import MOST_ITEMS
from service.ui.cards import card_of
from service.ui.desk_route import DeskRoute, session_of
from service.ui.frame import frame, thresholds_in_force
from service.ui.rendering import DAY, page

router = APIRouter(prefix="/review", route_class=DeskRoute, include_in_schema=False)

ON_A_PAGE: Final = 50
# As many as one answer takes.
MEMBERS: Final = MOST_ITEMS
LANGUAGES_AT_ONCE: Final = 2_000
# Reasons that a comment can be held for, besides the site's signals.
REASONS: Final = ("score_unsure", "model_unavailable", *DEFAULT_EFFECTS)
BANDS: Final = {"low": (0.0, 0.33), "middle": (0.33, 0.67), "high": (0.67, 1.0)}
AGES: Final = {"day": 1, "week": 7, "month": 30}


@router.get("")
def queue(request: Request, house: HouseDep) -> Response:
    """Show what waits, the most useful label first; `part=cards` gives the cards alone."""
    return _listed(request, house, "queue", QueueQuery())


@router.get("/alike")
def alike(request: Request, house: HouseDep) -> Response:
    """Show the campaigns of two and more, the largest first."""
    return _listed(request, house, "alike", QueueQuery(order=QueueOrder.LARGEST, alike=True))


@router.get("/alike/{campaign_id}")
def campaign(campaign_id: str, request: Request, house: HouseDep) -> Response:
    """Show every comment of a campaign, to look through, leave some out and decide."""
    session = session_of(request)
    with house.store.reading() as connection:
        found = campaign_comments(connection, session.site_id, campaign_id, Page(MEMBERS))
    thresholds = thresholds_in_force(house, session.site_id)
    cards = [card_of(one, thresholds, limit=400) for one in found]
    context: dict[str, Any] = {"cards": cards, "campaign": campaign_id, "session": session}
    if request.query_params.get("part") == "members":
        return page("members.html", **context)
    if not cards:
        raise NotFound("no comment of this campaign waits any more")
    return page("campaign.html", **context, **_without_session(frame(request, house, "alike")))


def _listed(request: Request, house: House, here: str, query: QueueQuery) -> Response:
    session = session_of(request)
    asked = dict(request.query_params)
    wanted = _query(asked, query)
    cursor = Cursor.read(asked.get("cursor"))
    if wanted.language is not None:
        with house.store.writing() as connection:
            tell_languages(connection, session.site_id, language, LANGUAGES_AT_ONCE)
    with house.store.reading() as connection:
        places = campaign_places(connection, session.site_id, wanted, Page(ON_A_PAGE, cursor))
        waiting = waiting_comments(connection, session.site_id, places.found)
    thresholds = thresholds_in_force(house, session.site_id)
    cards = [card_of(one, thresholds) for one in waiting]
    if asked.get("part") == "cards":
        return page("cards.html", cards=cards, session=session)
    with house.store.reading() as connection:
        decided = decided_since(connection, session.site_id, now() - DAY * 1_000_000)
    return page(
        "queue.html",
        cards=cards,
        more=places.after,
        cut=places.cut,
        asked=asked,
        filtered=_is_filtered(wanted),
        reasons=REASONS,
        orders=list(QueueOrder),
        decided=decided,
        **frame(request, house, here),
    )


def _query(asked: dict[str, str], query: QueueQuery) -> QueueQuery:
    """Read the filter form; raises `Invalid` with the first field that is wrong."""
    given = {name: value.strip() for name, value in asked.items() if value.strip()}
    names = ("order", "kind", "reason", "language", "text")
    fields: dict[str, Any] = {name: given[name] for name in names if name in given}
    try:
        read = QueueIn.model_validate({"order": query.order, **fields}).query()
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        raise Invalid(f"{first['loc'][0]}: {first['msg']}") from None
    least, most = BANDS.get(given.get("score", ""), (None, None))
    days = AGES.get(given.get("age", ""))
    after = None if days is None else now() - days * DAY * 1_000_000
    return replace(read, alike=query.alike, min_score=least, max_score=most, received_after=after)


def _is_filtered(wanted: QueueQuery) -> bool:
    return replace(wanted, order=QueueOrder.USEFUL, alike=False) != QueueQuery()


def _without_session(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "session"}
