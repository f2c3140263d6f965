"""Deliveries: which are due, who sends them, what became of them.

Times are the database's own, so that replicas whose clocks differ agree on who holds a lease.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, text, update

from service.store.tables import deliveries, endpoints

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one receiver."""

    id: str
    endpoint_id: str
    event_id: str
    event: str
    comment_id: str | None
    body: str
    created_at: int
    due_at: int | None
    attempts: int
    delivered_at: int | None
    last_status: int | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending one delivery."""

    delivery_id: str
    status: int | None
    error: str | None
    """None when the receiver took it."""
    retry_in: float | None = None
    """Seconds until the next try; None when there is none."""


def database_now(connection: Connection) -> int:
    """Return microseconds since 1970 by the database's clock."""
    if connection.dialect.name == "sqlite":
        query = "SELECT CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"
    else:
        query = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
    now: int = connection.execute(text(query)).scalar_one()
    return now


def endpoints_with_work(connection: Connection, limit: int) -> list[tuple[str, bool]]:
    """Return receivers for whom something is due, and whether the last attempt there failed.

    Healthy ones come first, then those for whom something is due longest.
    """
    now = database_now(connection)
    rows = connection.execute(
        select(endpoints.c.id, endpoints.c.failures)
        .join(deliveries, deliveries.c.endpoint_id == endpoints.c.id)
        .where(
            deliveries.c.due_at <= now,
            endpoints.c.disabled_at.is_(None),
            or_(endpoints.c.leased_until.is_(None), endpoints.c.leased_until <= now),
            or_(endpoints.c.paused_until.is_(None), endpoints.c.paused_until <= now),
        )
        .group_by(endpoints.c.id, endpoints.c.failures)
        .order_by(endpoints.c.failures, func.min(deliveries.c.due_at))
        .limit(limit)
    )
    return [(row.id, row.failures > 0) for row in rows]


def lease(
    connection: Connection, endpoint_id: str, sender_id: str, seconds: float, limit: int
) -> list[Delivery]:
    """Take a receiver for a while, so that one sender at a time talks to it; return what is due.

    Nothing is returned when another sender has it.
    """
    now = database_now(connection)
    taken = connection.execute(
        update(endpoints)
        .where(
            endpoints.c.id == endpoint_id,
            endpoints.c.disabled_at.is_(None),
            or_(endpoints.c.leased_until.is_(None), endpoints.c.leased_until <= now),
        )
        .values(leased_until=now + int(seconds * SECOND), leased_by=sender_id)
    )
    if taken.rowcount == 0:
        return []
    rows = connection.execute(
        select(deliveries)
        .where(deliveries.c.endpoint_id == endpoint_id, deliveries.c.due_at <= now)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(limit)
    )
    return [_delivery(row) for row in rows]


def record_attempts(connection: Connection, attempts: Sequence[Attempt]) -> None:
    """Write down what came of each attempt; what was delivered or given up is due no more."""
    now = database_now(connection)
    for attempt in attempts:
        retry = attempt.retry_in
        connection.execute(
            update(deliveries)
            .where(deliveries.c.id == attempt.delivery_id)
            .values(
                attempts=deliveries.c.attempts + 1,
                due_at=None if retry is None else now + int(retry * SECOND),
                delivered_at=now if attempt.error is None else None,
                last_status=attempt.status,
                last_error=attempt.error and attempt.error[:300],
            )
        )


def release(connection: Connection, endpoint_id: str, sender_id: str) -> None:
    """Give a receiver back, unless another sender took it over meanwhile."""
    connection.execute(
        update(endpoints)
        .where(endpoints.c.id == endpoint_id, endpoints.c.leased_by == sender_id)
        .values(leased_until=None, leased_by=None)
    )


def note_success(connection: Connection, endpoint_id: str) -> None:
    """The receiver answers again: nothing stands against it."""
    connection.execute(
        update(endpoints)
        .where(endpoints.c.id == endpoint_id, endpoints.c.failures > 0)
        .values(failures=0, failing_since=None, paused_until=None)
    )


def note_failure(connection: Connection, endpoint_id: str, pause: float) -> int:
    """Leave the receiver alone for `pause` seconds; return for how long it has failed, in seconds."""
    now = database_now(connection)
    since: int = connection.execute(
        update(endpoints)
        .where(endpoints.c.id == endpoint_id)
        .values(
            failures=endpoints.c.failures + 1,
            failing_since=func.coalesce(endpoints.c.failing_since, now),
            paused_until=now + int(pause * SECOND),
        )
        .returning(endpoints.c.failing_since)
    ).scalar_one()
    return (now - since) // SECOND


def deliveries_of(
    connection: Connection, endpoint_ids: Sequence[str], limit: int, before: str | None = None
) -> list[Delivery]:
    """Return the newest deliveries to these receivers, newest first, from before an id."""
    query = select(deliveries).where(deliveries.c.endpoint_id.in_(endpoint_ids))
    if before is not None:
        query = query.where(deliveries.c.id < before)
    rows = connection.execute(query.order_by(deliveries.c.id.desc()).limit(limit))
    return [_delivery(row) for row in rows]


def send_again(
    connection: Connection, delivery_id: str, endpoint_ids: Sequence[str] | None = None
) -> bool:
    """Let a delivery be due now, with its tries counted from the start and its id as it was.

    With `endpoint_ids` only one to these receivers. Returns whether there is such a delivery.
    """
    query = update(deliveries).where(deliveries.c.id == delivery_id)
    if endpoint_ids is not None:
        query = query.where(deliveries.c.endpoint_id.in_(endpoint_ids))
    done = connection.execute(
        query.values(due_at=database_now(connection), attempts=0, delivered_at=None)
    )
    return done.rowcount == 1


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        row.id,
        row.endpoint_id,
        row.event_id,
        row.event,
        row.comment_id,
        row.body,
        row.created_at,
        row.due_at,
        row.attempts,
        row.delivered_at,
        row.last_status,
        row.last_error,
    )
