"""`winnow serve`: the service itself."""

import os

from service.deciding.child import launch
from service.settings import Settings


def serve() -> None:
    """Start the service; settings are `WINNOW_…` environment variables."""
    settings = Settings.from_environ(os.environ)
    child = launch() if settings.decide_in == "process" else None
    # While the other process imports what it needs, so do we.
    from service.server import StartError  # noqa: PLC0415
    from service.server import serve as serve_forever  # noqa: PLC0415

    try:
        serve_forever(settings, child)
    except StartError as fault:
        raise SystemExit(f"winnow: {fault}") from None
