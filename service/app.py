"""The web application around a house."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from service.akismet.intake import CheckIntake
from service.api import (
    akismet,
    akismet_account,
    bundles,
    changes,
    comments,
    health,
    labels,
    people,
    policy,
    queue,
    reviews,
)
from service.edge.intake import Intake
from service.edge.problems import add_problem_handlers, documented
from service.edge.requests import RequestLog
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
from service.ui.desk import ROUTERS
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


class Application(FastAPI):
    """FastAPI, with a short way in for the requests that every comment makes."""

    intakes: Mapping[tuple[str, str], ASGIApp]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a comment the short way, everything else FastAPI's."""
        intake = self.intakes.get((scope.get("method", ""), scope.get("path", "")))
        if intake is None:
            await super().__call__(scope, receive, send)
        else:
            scope["app"] = self
            await intake(scope, receive, send)


def create_app(house: House) -> Application:
    """Return the application; its lifespan starts and drains the house."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        house.incumbent.start()
        house.loop_watch.start()
        await house.batcher.start()
        house.sender.start()
        yield
        await house.batcher.close()
        house.loop_watch.close()
        house.incumbent.close()
        await asyncio.to_thread(house.sender.close)
        house.store.close()

    app = Application(
        title="Winnow",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        separate_input_output_schemas=False,
    )
    app.state.house = house
    add_problem_handlers(app)
    app.add_middleware(RequestLog, metrics=house.metrics, new_id=house.new_id)
    resources = (comments, labels, queue, reviews, policy, changes, people, bundles)
    for resource in resources:
        app.include_router(resource.router, responses=COMMON)
    for plain in (health.router, akismet.router, akismet_account.router, *ROUTERS):
        app.include_router(plain)
    intakes = (Intake(house, comments.check), CheckIntake(akismet.comment_check))
    app.intakes = {
        (one.method, one.path): RequestLog(one, metrics=house.metrics, new_id=house.new_id)
        for one in intakes
    }
    return app
