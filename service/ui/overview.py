"""How it goes: what came, what was held, how often the decisions were wrong."""

from typing import Final

from fastapi import APIRouter, Request, Response

from service.clock import now
from service.deciding.decision import Decision
from service.edge.requests import HouseDep
from service.store.overview import overview_of
from service.ui.desk_route import DeskRoute, session_of
from service.ui.frame import frame, thresholds_in_force
from service.ui.plots import day_name, day_plot, score_plot
from service.ui.rendering import page

SWITCHES: Final = 20

router = APIRouter(prefix="/review", route_class=DeskRoute, include_in_schema=False)


@router.get("/overview")
def overview(request: Request, house: HouseDep) -> Response:
    """Show the last 30 days."""
    site_id = session_of(request).site_id
    with house.store.reading() as connection:
        found = overview_of(connection, site_id, now())
    thresholds = thresholds_in_force(house, site_id)
    return page(
        "overview.html",
        overview=found,
        days=day_plot(found.days, found.by_day),
        scores=score_plot(found.scores, thresholds.approve_below, thresholds.reject_from),
        rows=[
            (day_name(day), [found.by_day.get(day, {}).get(one, 0) for one in Decision])
            for day in found.days
        ],
        decisions=list(Decision),
        held=found.count(Decision.HOLD) / found.total if found.total else None,
        half=_lasting(found.review_time(0.5)),
        most=_lasting(found.review_time(0.9)),
        bundle=house.scorer.bundle,
        switches=house.bundles.registry().promotions[::-1][:SWITCHES],
        **frame(request, house, "overview"),
    )


def _lasting(microseconds: int | None) -> str:
    if microseconds is None:
        return "n/a"
    minutes = microseconds / 60_000_000
    if minutes < 60:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} d"
