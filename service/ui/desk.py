"""All pages of the desk."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from service.ui import (
    answering,
    comments,
    login,
    overview,
    queue,
    replay,
    settings,
    static_files,
    webhooks,
)

front = APIRouter(include_in_schema=False)


@front.get("/")
async def front_door() -> RedirectResponse:
    """Lead a person who opens the address to the desk."""
    return RedirectResponse("/review", 303)


ROUTERS: Final = (
    front,
    static_files.router,
    login.router,
    login.inside,
    queue.router,
    answering.router,
    comments.router,
    overview.router,
    settings.router,
    replay.router,
    webhooks.router,
)
