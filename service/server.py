"""The HTTP server around the application: listens, says where, drains at the end."""

import json
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, MutableMapping
from typing import Final, TypeVar

import structlog
import uvicorn
from starlette.types import ASGIApp

from models.bundle import BundleError
from service.deciding.child import Child
from service.edge.connections import protocol_class
from service.edge.refusals import Cut
from service.edge.turnstile import Turnstile
from service.errors import StoreUnavailable, told
from service.first_start import ensure_first_site, first_invitation
from service.front import Front
from service.house import build
from service.interpreter import settle
from service.logs import configure_logs
from service.settings import Settings
from service.store.migrate import migrate

Result = TypeVar("Result")

RETRY_SECONDS: Final = 0.25
log = structlog.get_logger("winnow.start")

EXAMPLE: Final = {
    "content": "Thanks, the second example fixed my build. Does it also work with version 3?",
    "author": {"name": "Ada"},
    "post": {"title": "Fixing the build"},
}


class StartError(Exception):
    """The service can't start; the message is one line that says why."""


def serve(settings: Settings, child: Child | None = None) -> None:
    """Run until a signal says stop; raises `StartError` when it can't start.

    Comments are decided in the child, if there is one.
    """
    configure_logs(settings.log_level)
    listener = bound(settings)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    database = Patience(settings.start_seconds)
    try:
        house = build(settings, child)
        database.wait(lambda: migrate(house.store))
        secret = database.wait(lambda: ensure_first_site(house.store, settings, house.new_id))
        invitation = database.wait(lambda: first_invitation(house))
        database.wait(house.store.open_readers)
    except (BundleError, StoreUnavailable) as fault:
        raise StartError(told(fault)) from fault
    if child is not None:
        child.begin()
    turnstile = Turnstile(house.batcher.is_full, house.metrics.turned_away)
    config = server_config(Front(house, settle), settings, house.metrics.cuts, turnstile)
    print(  # noqa: T201 - what a person starts it for
        welcome(settings, house.scorer.bundle.version, secret, invitation), file=sys.stderr
    )
    settle()
    uvicorn.Server(config).run(sockets=[listener])


def bound(settings: Settings) -> socket.socket:
    """Return a socket with our address, before anything is told of it; raises `StartError`."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as fault:
        listener.close()
        where = f"{settings.host}:{settings.port}"
        raise StartError(
            f"can't listen on {where} ({fault.strerror}); WINNOW_PORT takes another port"
        ) from fault
    return listener


class Patience:
    """Waits for a database that starts more slowly than we do, and says so once."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._said = False

    def wait(self, step: Callable[[], Result]) -> Result:
        """Take a step as soon as the database lets it; raises `StoreUnavailable` in the end."""
        while True:
            try:
                return step()
            except StoreUnavailable as fault:
                if time.monotonic() >= self._until:
                    raise
                if not self._said:
                    log.warning("waiting_for_database", seconds=self._seconds, cause=told(fault))
                    self._said = True
            time.sleep(RETRY_SECONDS)


def server_config(
    app: ASGIApp,
    settings: Settings,
    cuts: MutableMapping[Cut, int] | None = None,
    turnstile: Turnstile | None = None,
) -> uvicorn.Config:
    """Return how the application is served: uvloop, httptools with deadlines, listed proxies only.

    Connections that were cut off are counted in `cuts`.
    """
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=protocol_class(
            settings.connection_deadlines,
            settings.connection_limits,
            Counter() if cuts is None else cuts,
            turnstile,
        ),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=10,
    )


def welcome(settings: Settings, bundle: str, secret: str | None, invitation: str | None) -> str:
    """Return what a person reads at the start: a request to paste, and where the docs are."""
    address = f"http://{settings.host}:{settings.port}"
    key = secret or "$WINNOW_API_KEY"
    lines = [
        f"Winnow is on {address} with bundle {bundle}.",
        "",
        f"  curl -s {address}/v1/comments -H 'Content-Type: application/json' \\",
        f'    -H "Authorization: Bearer {key}" \\',
        f"    -d '{json.dumps(EXAMPLE)}'",
        "",
    ]
    if secret is None:
        lines += ["Put your key there; for another: winnow keys add default", ""]
    if invitation is not None:
        lines += [
            "Nobody reviews yet. Make yourself the first admin, once, with this link:",
            f"  {address}/review/welcome?link={invitation}",
            "",
        ]
    lines += [
        f"Review desk: {address}/review",
        f"API docs: {address}/docs and {address}/openapi.json",
    ]
    return "\n".join(lines)
