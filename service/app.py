"""All routes of a house in FastAPI; comments and health have a shorter way in, `service.front`."""

from typing import Final

from fastapi import FastAPI

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
from service.api.problems import add_problem_handlers, documented
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


def create_app(house: House) -> FastAPI:
    """Return the application; whoever serves it starts and drains the house."""

    app = FastAPI(
        title="Winnow",
        version=VERSION,
        description=DESCRIPTION,
        separate_input_output_schemas=False,
    )
    app.state.house = house
    add_problem_handlers(app)
    resources = (comments, labels, queue, reviews, policy, changes, people, bundles)
    for resource in resources:
        app.include_router(resource.router, responses=COMMON)
    for plain in (health.router, akismet.router, akismet_account.router, *ROUTERS):
        app.include_router(plain)
    return app
