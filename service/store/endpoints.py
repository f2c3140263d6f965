"""Receivers of webhooks: who is told, how it is signed, whether it is still alive."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from service.events import Event
from service.store.tables import endpoints

_ALIVE: Final[dict[str, Any]] = {
    "disabled_at": None,
    "disabled_for": None,
    "failing_since": None,
    "failures": 0,
    "paused_until": None,
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A receiver: of signed webhooks, or (with `key_id`) the callback of an Akismet plugin."""

    id: str
    site_id: str
    key_id: str | None
    url: str
    events: tuple[str, ...]
    secrets: tuple[bytes, ...]
    """Sealed, newest first: two while they are being rotated."""
    failures: int
    """How many attempts failed in a row."""
    failing_since: int | None
    disabled_for: str | None


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """A receiver to be stored: with a sealed secret, or with the key of an Akismet plugin."""

    id: str
    site_id: str
    url: str
    created_at: int
    events: tuple[Event, ...] = ()
    secret: bytes | None = None
    key_id: str | None = None


def add_endpoint(connection: Connection, new: NewEndpoint) -> None:
    """Store a receiver."""
    connection.execute(
        insert(endpoints).values(
            id=new.id,
            site_id=new.site_id,
            key_id=new.key_id,
            url=new.url,
            events=" ".join(new.events),
            secret=new.secret,
            created_at=new.created_at,
        )
    )


def set_callback(connection: Connection, new: NewEndpoint) -> None:
    """Let the plugin with this key be told at its new address; what waits for it goes there."""
    known = connection.execute(
        update(endpoints).where(endpoints.c.key_id == new.key_id).values(url=new.url, **_ALIVE)
    )
    if known.rowcount == 0:
        add_endpoint(connection, new)


def endpoint_of(connection: Connection, endpoint_id: str) -> Endpoint | None:
    """Return one receiver."""
    row = connection.execute(select(endpoints).where(endpoints.c.id == endpoint_id)).one_or_none()
    return _endpoint(row) if row else None


def endpoints_of(connection: Connection, site_id: str) -> list[Endpoint]:
    """Return the receivers of a site, oldest first."""
    rows = connection.execute(
        select(endpoints).where(endpoints.c.site_id == site_id).order_by(endpoints.c.id)
    )
    return [_endpoint(row) for row in rows]


def rotate_secret(connection: Connection, endpoint_id: str, secret: bytes) -> None:
    """Sign with a new secret and the last one; the one before it is gone."""
    connection.execute(
        update(endpoints)
        .where(endpoints.c.id == endpoint_id)
        .values(old_secret=endpoints.c.secret, secret=secret)
    )


def disable(connection: Connection, endpoint_id: str, why: str, at: int) -> None:
    """Tell this receiver nothing more."""
    connection.execute(
        update(endpoints)
        .where(endpoints.c.id == endpoint_id, endpoints.c.disabled_at.is_(None))
        .values(disabled_at=at, disabled_for=why[:200])
    )


def enable(connection: Connection, endpoint_id: str) -> None:
    """Tell this receiver again, what waits first."""
    connection.execute(update(endpoints).where(endpoints.c.id == endpoint_id).values(**_ALIVE))


def _endpoint(row: Row[Any]) -> Endpoint:
    secrets = tuple(one for one in (row.secret, row.old_secret) if one is not None)
    return Endpoint(
        row.id,
        row.site_id,
        row.key_id,
        row.url,
        tuple(row.events.split()),
        secrets,
        row.failures,
        row.failing_since,
        row.disabled_for,
    )
