"""Whether the process lives, whether it can work, and what it counted."""

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from service.api.problems import documented
from service.edge import health
from service.edge.requests import HouseDep
from service.errors import StoreUnavailable

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=dict[str, str], summary="Is the process alive?")
async def alive() -> Response:
    """Answer 200 as long as the process runs: restarting it would not bring a database back."""
    return health.alive()


@router.get("/readyz", responses=documented(StoreUnavailable), summary="Can it decide and store?")
async def ready(house: HouseDep) -> Response:
    """Answer 200 when the database answers and a bundle is loaded, else 503 and why.

    `fault` says why the promoted bundle is not the one in use.
    """
    return await health.ready(house)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    summary="Metrics in Prometheus's text format",
)
async def metrics(house: HouseDep) -> Response:
    """Return all counters and histograms."""
    return Response(house.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
