"""The desk's style sheet, script and icon."""

from typing import Final

from fastapi import APIRouter, Response

from service.errors import NotFound
from service.ui.desk_route import OpenRoute
from service.ui.rendering import FOLDER

router = APIRouter(prefix="/review/static", route_class=OpenRoute, include_in_schema=False)

KINDS: Final = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@router.get("/{name}")
def read(name: str) -> Response:
    """Return a file; its address holds its digest, so it may be kept for a year."""
    if name not in KINDS:
        raise NotFound("there is nothing at this address")
    content = (FOLDER / "static" / name).read_bytes()
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, headers=kept, media_type=KINDS[name])
