"""`winnow serve`: the service itself."""

import os

from service.server import StartError
from service.server import serve as serve_forever
from service.settings import Settings


def serve() -> None:
    """Start the service; settings are `WINNOW_…` environment variables."""
    try:
        serve_forever(Settings.from_environ(os.environ))
    except StartError as fault:
        raise SystemExit(f"winnow: {fault}") from None
