"""Attempts to log in, of the last hour: by hashes, so that no name and no address is kept."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, delete, insert, select, text

from service.store.desk_tables import login_attempts

# Any number will do, as long as every replica takes the same.
_LOCK: Final = text("SELECT pg_advisory_xact_lock(7305003)")


def lock_attempts(connection: Connection) -> None:
    """Count one attempt at a time, over all replicas; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)


def attempts_at(connection: Connection, key: str, since: int) -> list[int]:
    """Return when this key was tried since then (microseconds since 1970), newest first."""
    rows = connection.execute(
        select(login_attempts.c.at)
        .where(login_attempts.c.key == key, login_attempts.c.at > since)
        .order_by(login_attempts.c.at.desc())
    )
    return [row.at for row in rows]


def add_attempts(connection: Connection, rows: Sequence[tuple[str, str]], at: int) -> None:
    """Store that these keys, each with an id for the row, were tried."""
    connection.execute(
        insert(login_attempts), [{"id": row_id, "key": key, "at": at} for row_id, key in rows]
    )


def forget_attempts(
    connection: Connection, *, before: int | None = None, key: str | None = None
) -> None:
    """Remove attempts from before a time, or those of a key."""
    old = login_attempts.c.at <= before if before is not None else login_attempts.c.key == key
    connection.execute(delete(login_attempts).where(old))
