"""The driver itself, for the few statements that every batch runs.

SQLAlchemy takes 20 to 26 µs for a statement, the driver 3; what comes for each comment would cost as
much as deciding it. Faults are SQLAlchemy's all the same.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from service.store.among import Values, given

# Both take their parameters by name.
_DIALECTS: Final = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
}


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


class Lookup:
    """A query whose only parameter is `values`, a list for `among`."""

    def __init__(self, query: Select[Any]) -> None:
        self._of = {
            name: str(query.compile(dialect=dialect)) for name, dialect in _DIALECTS.items()
        }

    def rows(
        self, connection: Connection, values: Collection[int] | Values
    ) -> list[tuple[Any, ...]]:
        """Return the rows found for these values; asks nothing for none."""
        if not values:
            return []
        name = connection.dialect.name
        return run(connection, self._of[name], {"values": given(values, name)})
