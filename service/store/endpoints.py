"""Receivers of webhooks: who is told, how it is signed, whether it is still alive."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from service.events import Event
from service.store.tables import endpoints


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


def add_endpoint(
    connection: Connection,
    endpoint_id: str,
    site_id: str,
    url: str,
    events: Iterable[Event],
    secret: bytes,
    created_at: int,
) -> None:
    """Store a receiver of signed webhooks."""
    connection.execute(
        insert(endpoints).values(
            id=endpoint_id,
            site_id=site_id,
            url=url,
            events=" ".join(events),
            secret=secret,
            created_at=created_at,
        )
    )


def set_callback(
    connection: Connection, endpoint_id: str, site_id: str, key_id: str, url: str, at: int
) -> None:
    """Let the plugin that has this key be told at `url`; `endpoint_id` is for a first one."""
    known = connection.execute(
        update(endpoints)
        .where(endpoints.c.key_id == key_id)
        .values(url=url, disabled_at=None, disabled_for=None, failures=0, failing_since=None)
    )
    if known.rowcount == 0:
        connection.execute(
            insert(endpoints).values(
                id=endpoint_id, site_id=site_id, key_id=key_id, url=url, events="", created_at=at
            )
        )


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
        .values(disabled_at=at, disabled_for=why)
    )


def enable(connection: Connection, endpoint_id: str) -> None:
    """Tell this receiver again, what waits first."""
    connection.execute(
        update(endpoints)
        .where(endpoints.c.id == endpoint_id)
        .values(
            disabled_at=None,
            disabled_for=None,
            failing_since=None,
            failures=0,
            paused_until=None,
        )
    )


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
