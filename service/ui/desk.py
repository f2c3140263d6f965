"""All pages of the desk."""

from typing import Final

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

ROUTERS: Final = (
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
