"""The HTTP server around the application: listens, says where, drains at the end."""

import json
import sys
from typing import Final

import uvicorn

from models.bundle import BundleError
from service.app import create_app
from service.errors import StoreUnavailable
from service.first_start import ensure_first_site, first_invitation
from service.house import build
from service.logs import configure_logs
from service.settings import Settings
from service.store.migrate import migrate

EXAMPLE: Final = {
    "content": "Thanks, the second example fixed my build. Does it also work with version 3?",
    "author": {"name": "Ada"},
    "post": {"title": "Fixing the build"},
}


class StartError(Exception):
    """The service can't start; the message is one line that says why."""


def serve(settings: Settings) -> None:
    """Run until a signal says stop; raises `StartError` when it can't start."""
    configure_logs(settings.log_level)
    try:
        house = build(settings)
        migrate(house.store)
        secret = ensure_first_site(house.store, settings, house.new_id)
        invitation = first_invitation(house)
    except (BundleError, StoreUnavailable) as fault:
        raise StartError(f"{fault} {fault.__cause__ or ''}".strip()) from fault
    config = uvicorn.Config(
        create_app(house),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=10,
    )
    print(welcome(settings, house.scorer.bundle.version, secret, invitation), file=sys.stderr)  # noqa: T201
    uvicorn.Server(config).run()


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
        f"API docs: {address}/docs and {address}/openapi.json",
        f"Review desk: {address}/review",
    ]
    if invitation is not None:
        lines.append(
            f"Nobody reviews yet. Make yourself the first admin, once, with this link:\n"
            f"  {address}/review/welcome?link={invitation}"
        )
    if secret is None:
        lines.append(
            "Only the hash of your key is stored; make another with: winnow keys add default"
        )
    return "\n".join(lines)
