"""The driver itself, for the few statements that every batch runs.

SQLAlchemy takes 20 to 26 µs for a statement, the driver 3; what comes for each comment would cost as
much as deciding it. Faults are SQLAlchemy's all the same.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect
from sqlalchemy.exc import DBAPIError

from service.store.among import Values, given


@cache
def _dialect(name: str) -> Dialect:
    """Return a database's dialect with parameters by name; only the one in use is imported."""
    if name == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415 - as said

        return sqlite.dialect(paramstyle="named")
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 35 ms of a start

    return postgresql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]


def run(
    connection: Connection, statement: str, values: Sequence[Any] | Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """Run a statement in the connection's transaction; return its rows, if it gives any."""
    cursor = connection.connection.cursor()
    errors = connection.dialect.loaded_dbapi.Error
    try:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []
    except errors as fault:
        raise DBAPIError.instance(
            statement, None, fault, errors, dialect=connection.dialect
        ) from fault
    finally:
        cursor.close()


class Prepared:
    """A statement as text, for either database."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._of: dict[str, str] = {}

    def run(self, connection: Connection, **parameters: Any) -> list[tuple[Any, ...]]:
        """Run it with its parameters; return its rows, if it gives any."""
        name = connection.dialect.name
        if name not in self._of:
            self._of[name] = str(self._statement.compile(dialect=_dialect(name)))
        return run(connection, self._of[name], parameters)


class Lookup(Prepared):
    """A query with a list for `among` as its parameter `values`."""

    def rows(self, connection: Connection, values: Values, **others: Any) -> list[tuple[Any, ...]]:
        """Return the rows found for these values; asks nothing for none."""
        if not values:
            return []
        listed = given(values, connection.dialect.name)
        return self.run(connection, values=listed, **others)
