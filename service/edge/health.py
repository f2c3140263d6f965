"""Whether the process lives, and whether it can work."""

import asyncio
import json
from typing import Final

from starlette.responses import Response

from service.errors import StoreUnavailable
from service.house import House

READY_SECONDS: Final = 1.0


def alive() -> Response:
    """Answer 200 as long as the process runs."""
    return _json({"status": "alive"})


async def ready(house: House) -> Response:
    """Answer 200 when the database answers and a bundle is loaded; raises `StoreUnavailable`."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            await asyncio.to_thread(house.store.ping)
    except TimeoutError:
        raise StoreUnavailable("the database does not answer") from None
    fields = {"status": "ready", "bundle": house.incumbent.version}
    if house.incumbent.fault is not None:
        fields["fault"] = house.incumbent.fault
    return _json(fields)


def _json(fields: dict[str, str]) -> Response:
    return Response(json.dumps(fields).encode(), media_type="application/json")
