"""All pages of the desk."""

from typing import Final

from service.ui import answering, comments, login, overview, queue, settings, static_files

ROUTERS: Final = (
    static_files.router,
    login.router,
    login.inside,
    queue.router,
    answering.router,
    comments.router,
    overview.router,
    settings.router,
)
