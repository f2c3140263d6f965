"""Whether the process lives, whether it can work, and what it counted."""

import asyncio
import json
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from service.edge.problems import documented
from service.edge.requests import HouseDep
from service.errors import StoreUnavailable

router = APIRouter(tags=["health"])

READY_SECONDS: Final = 1.0


@router.get("/healthz", summary="Is the process alive?")
async def alive() -> dict[str, str]:
    """Answer 200 as long as the process runs: restarting it would not bring a database back."""
    return {"status": "alive"}


@router.get("/readyz", responses=documented(StoreUnavailable), summary="Can it decide and store?")
async def ready(house: HouseDep) -> Response:
    """Answer 200 when the database answers and a bundle is loaded, else 503 and why.

    `fault` says why the promoted bundle is not the one in use.
    """
    try:
        async with asyncio.timeout(READY_SECONDS):
            await asyncio.to_thread(house.store.ping)
    except TimeoutError:
        raise StoreUnavailable("the database does not answer") from None
    fields = {"status": "ready", "bundle": house.incumbent.version}
    if house.incumbent.fault is not None:
        fields["fault"] = house.incumbent.fault
    return Response(json.dumps(fields).encode(), media_type="application/json")


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    summary="Metrics in Prometheus's text format",
)
async def metrics(house: HouseDep) -> Response:
    """Return all counters and histograms."""
    return Response(house.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
