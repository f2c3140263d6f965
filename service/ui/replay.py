"""Replay on the desk: which decisions of the last days another bundle or other limits would change."""

import math
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from models.bundle import BundleError
from models.scorer import Scorer
from models.thresholds import Thresholds
from service.clock import now
from service.deciding.tasting import thresholds_in
from service.edge.requests import HouseDep
from service.errors import Invalid, NotFound
from service.house import House
from service.loop.replay import Changed, Replayed, replay
from service.loop.rescoring import Limits, rescored
from service.loop.scorers import scorer_of
from service.reviewing.review_schemas import ReplayIn
from service.store.policies import policies_of
from service.ui.cards import score_bar
from service.ui.desk_route import DeskRoute, admin_of
from service.ui.frame import frame
from service.ui.rendering import DAY, page
from service.ui.shown_text import shown

router = APIRouter(prefix="/review/replay", route_class=DeskRoute, include_in_schema=False)

# 60 µs each to read, score and decide: at most a second and a bit.
MOST: Final = 20_000
EXAMPLES: Final = 50


@router.get("")
def show(request: Request, house: HouseDep) -> Response:
    """Show what would be decided otherwise, by direction, with examples; nothing is stored."""
    session = admin_of(request)
    written = {name: value.strip() for name, value in request.query_params.items()}
    asked = _asked(written)
    registry = house.bundles.registry()
    version = asked.bundle or registry.incumbent
    if version not in {one.version for one in registry.bundles}:
        raise NotFound(f"no bundle {version!r} is kept here")
    scorer = _scorer(house, version)
    limits = Limits(_share(asked.max_ham_rejected), _share(asked.max_spam_approved))
    since = now() - asked.days * DAY * 1_000_000
    past = rescored(house.store, [scorer], since, MOST, limits, session.site_id)
    done = replay(past, EXAMPLES)
    with house.store.reading() as connection:
        policy = policies_of(connection, [session.site_id])[session.site_id]
    thresholds = thresholds_in(scorer, session.site_id, limits.instead_of(policy))
    return page(
        "replay.html",
        written=written,
        asked=asked,
        policy=policy,
        version=version,
        incumbent=registry.incumbent,
        bundles=registry.bundles,
        done=done,
        rows=_rows(done),
        examples=[_example(one, thresholds) for one in done.examples],
        most=MOST,
        **frame(request, house, "replay"),
    )


def _asked(written: dict[str, str]) -> ReplayIn:
    given = {name: value.replace(",", ".") for name, value in written.items() if value}
    try:
        return ReplayIn.model_validate(given)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        raise Invalid(f"{first['loc'][0]}: {first['msg']}") from None


def _scorer(house: House, version: str) -> Scorer:
    if version == house.scorer.bundle.version:
        return house.scorer
    try:
        return scorer_of(house.store, house.bundles.load(version))
    except BundleError as fault:
        raise NotFound(f"bundle {version} can't be used: {fault}") from fault


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def _rows(done: Replayed) -> list[tuple[str, str, int, str]]:
    """Return each direction with what it would mean for people."""
    meaning = {
        ("hold", "approve"): "less to review",
        ("hold", "reject"): "less to review",
        ("approve", "hold"): "more to review",
        ("reject", "hold"): "more to review",
        ("approve", "reject"): "thrown away, was on the page",
        ("reject", "approve"): "on the page, was thrown away",
    }
    return [(given, after, count, meaning[given, after]) for given, after, count in done.directions]


def _example(one: Changed, thresholds: Thresholds) -> dict[str, Any]:
    return {
        "id": one.id,
        "given": one.given,
        "would_be": one.would_be,
        "label": one.label,
        "bar": score_bar(one.score if math.isfinite(one.score) else None, thresholds),
        "content": shown(" ".join(one.content[:300].split()), (), 140),
    }
