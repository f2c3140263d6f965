"""Many rows into one table.

The driver is called directly: SQLAlchemy's own way of passing parameters took as long for one row
as deciding the comment.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table


class Insertion:
    """One INSERT statement; its rows are tuples in the order of `columns`."""

    def __init__(
        self, table: Table, columns: str, *, skip_known: bool = False, replace_known: str = ""
    ) -> None:
        """Name the columns, separated by spaces; the others take their server defaults.

        `replace_known` is the key by which a row that is there takes the new values.
        """
        names = [table.c[name].name for name in columns.split()]
        end = " ON CONFLICT DO NOTHING" if skip_known else ""
        if replace_known:
            new = ", ".join(f"{name} = excluded.{name}" for name in names if name != replace_known)
            end = f" ON CONFLICT ({replace_known}) DO UPDATE SET {new}"
        self._of = {
            dialect: f"INSERT INTO {table.name} ({', '.join(names)}) "  # noqa: S608 - our own names
            f"VALUES ({', '.join([mark] * len(names))}){end}"
            for dialect, mark in (("sqlite", "?"), ("postgresql", "%s"))
        }

    def add(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Store the rows; raises what the database says, such as IntegrityError."""
        if rows:
            connection.exec_driver_sql(self._of[connection.dialect.name], list(rows))
