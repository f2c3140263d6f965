"""`winnow webhooks`: who is told of reviews, and what became of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy import Connection

from service.clock import iso, now
from service.commands.opened import opened_store
from service.commands.output import JsonOption, show
from service.events import Event
from service.identifiers import IdentifierSource
from service.outgoing.policy import OutgoingError, OutgoingPolicy
from service.sealing import Sealer
from service.settings import Settings
from service.store.deliveries import Delivery, deliveries_of, send_again
from service.store.endpoints import (
    Endpoint,
    NewEndpoint,
    add_endpoint,
    disable,
    enable,
    endpoint_of,
    endpoints_of,
    rotate_secret,
)
from service.store.keys import site_named
from service.webhooks.message import new_webhook_secret

app = typer.Typer(help="Add and watch receivers of webhooks.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(help="Name of the site.")]
EndpointArgument = Annotated[
    str, typer.Argument(help="Id of the receiver, from `winnow webhooks list`.")
]


@app.command(epilog="Example: `winnow webhooks add myblog https://blog.example/hooks/winnow`")
def add(
    site: SiteArgument,
    url: Annotated[str, typer.Argument(help="Where the receiver listens.")],
    event: Annotated[
        list[Event] | None, typer.Option(help="What to tell of; repeat for several; all if none.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Add a receiver and show the secret with which it checks signatures, once."""
    settings = Settings.from_environ(os.environ)
    try:
        OutgoingPolicy(settings.receiver_networks()).check_url(url)
    except OutgoingError as fault:
        raise SystemExit(f"winnow: {fault}") from None
    secret, sealer = new_webhook_secret(), Sealer.of(settings)
    events = tuple(event or Event)
    with _writing() as connection:
        new = NewEndpoint(
            IdentifierSource()(), _site(connection, site), url, now(), events, sealer.seal(secret)
        )
        add_endpoint(connection, new)
    row = {"id": new.id, "url": url, "events": " ".join(events), "secret": secret}
    show([row], as_json=as_json, title="Receiver added; its secret is shown this once")


@app.command("list", epilog="Example: `winnow webhooks list myblog`")
def list_endpoints(site: SiteArgument, as_json: JsonOption = False) -> None:
    """List a site's receivers: those of webhooks, and the callbacks of its Akismet plugins."""
    with opened_store() as store, store.reading() as connection:
        rows = [_row(one) for one in endpoints_of(connection, _site(connection, site))]
    show(rows, as_json=as_json, title=f"Receivers of {site}")


@app.command(epilog="Example: `winnow webhooks deliveries myblog --limit 20`")
def deliveries(
    site: SiteArgument,
    limit: Annotated[int, typer.Option(help="Most deliveries to list.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List what was sent to a site's receivers, newest first."""
    with opened_store() as store, store.reading() as connection:
        known = [one.id for one in endpoints_of(connection, _site(connection, site))]
        rows = [_delivery_row(one) for one in deliveries_of(connection, known, limit)]
    show(rows, as_json=as_json, title=f"Deliveries of {site}")


@app.command(epilog="Example: `winnow webhooks resend 01JDA2…`")
def resend(
    delivery_id: Annotated[
        str, typer.Argument(help="Id of the delivery, from `winnow webhooks deliveries`.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Send a delivery again, with the same id, so that a receiver that has it knows."""
    with _writing() as connection:
        if not send_again(connection, delivery_id):
            raise SystemExit(f"winnow: no delivery with the id {delivery_id!r}")
    show([{"id": delivery_id, "due": True}], as_json=as_json, title="It will be sent again")


@app.command(epilog="Example: `winnow webhooks rotate 01JDA2…`")
def rotate(endpoint_id: EndpointArgument, as_json: JsonOption = False) -> None:
    """Make a new secret; messages are signed with it and the last one until the next rotation."""
    secret = new_webhook_secret()
    sealed = Sealer.of(Settings.from_environ(os.environ)).seal(secret)
    with _writing() as connection:
        known = _endpoint(connection, endpoint_id)
        if known.key_id is not None:
            raise SystemExit("winnow: this is an Akismet callback; its secret is the Akismet key")
        rotate_secret(connection, endpoint_id, sealed)
    row = {"id": endpoint_id, "secret": secret}
    show([row], as_json=as_json, title="New secret; it is shown this once")


@app.command("enable", epilog="Example: `winnow webhooks enable 01JDA2…`")
def enable_endpoint(endpoint_id: EndpointArgument, as_json: JsonOption = False) -> None:
    """Tell a receiver again that was disabled; what waits is sent first."""
    with _writing() as connection:
        _endpoint(connection, endpoint_id)
        enable(connection, endpoint_id)
    show([{"id": endpoint_id, "state": "active"}], as_json=as_json, title="Receiver enabled")


@app.command("disable", epilog="Example: `winnow webhooks disable 01JDA2…`")
def disable_endpoint(endpoint_id: EndpointArgument, as_json: JsonOption = False) -> None:
    """Tell a receiver nothing more; what waits for it is kept."""
    with _writing() as connection:
        _endpoint(connection, endpoint_id)
        disable(connection, endpoint_id, "by the operator", now())
    show([{"id": endpoint_id, "state": "disabled"}], as_json=as_json, title="Receiver disabled")


@contextmanager
def _writing() -> Iterator[Connection]:
    with opened_store() as store, store.writing() as connection:
        yield connection


def _site(connection: Connection, name: str) -> str:
    owner = site_named(connection, name)
    if owner is None:
        raise SystemExit(f"winnow: no site named {name!r}; see `winnow sites list`")
    return owner.id


def _endpoint(connection: Connection, endpoint_id: str) -> Endpoint:
    known = endpoint_of(connection, endpoint_id)
    if known is None:
        raise SystemExit(f"winnow: no receiver with the id {endpoint_id!r}")
    return known


def _row(endpoint: Endpoint) -> dict[str, str]:
    kind = "Akismet callback" if endpoint.key_id else " ".join(endpoint.events)
    state = f"disabled: {endpoint.disabled_for}" if endpoint.disabled_for else "active"
    failing = f"failing since {iso(endpoint.failing_since)}" if endpoint.failing_since else ""
    shown = state if endpoint.disabled_for else failing or state
    return {"id": endpoint.id, "url": endpoint.url, "events": kind, "state": shown}


def _delivery_row(delivery: Delivery) -> dict[str, str]:
    if delivery.delivered_at is not None:
        state = f"delivered {iso(delivery.delivered_at)}"
    else:
        state = "given up" if delivery.due_at is None else f"due {iso(delivery.due_at)}"
    return {
        "id": delivery.id,
        "event": delivery.event,
        "state": state,
        "attempts": str(delivery.attempts),
        "status": str(delivery.last_status or ""),
        "error": delivery.last_error or "",
    }
