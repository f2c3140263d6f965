"""The web application around a house."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI

from service.api import bundles, comments, health, policy
from service.errors import (
    BadRequest,
    BodyTooLarge,
    Forbidden,
    Invalid,
    StoreUnavailable,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
)
from service.house import House
from service.problems import add_problem_handlers, documented
from service.requests import RequestLog
from service.version import VERSION

DESCRIPTION: Final = (
    "Send a comment, get `approve`, `hold` or `reject` with reasons. "
    "Every error is a problem document (RFC 9457)."
)
# What any request with a key can meet, whatever it asks for.
COMMON: Final = documented(
    BadRequest,
    Unauthorized,
    Forbidden,
    BodyTooLarge,
    UnsupportedMediaType,
    Invalid,
    TooManyRequests,
    StoreUnavailable,
)


def create_app(house: House) -> FastAPI:
    """Return the application; its lifespan starts and drains the house."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        house.incumbent.start()
        house.batcher.start()
        yield
        await house.batcher.close()
        house.incumbent.close()
        house.store.close()

    app = FastAPI(
        title="Winnow",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        separate_input_output_schemas=False,
    )
    app.state.house = house
    add_problem_handlers(app)
    app.add_middleware(RequestLog, metrics=house.metrics, new_id=house.new_id)
    for resource in (comments.router, policy.router, bundles.router):
        app.include_router(resource, responses=COMMON)
    app.include_router(health.router)
    return app
