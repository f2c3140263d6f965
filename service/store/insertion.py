"""Many rows into one table.

Many rows are one statement: the driver gives the interpreter's lock away for each, and the event
loop takes it.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, Table

from service.store.driver import run

# Rows to a statement. Few sizes, so that the driver keeps each statement prepared; together they
# make up any number. 64 rows of our widest table are far below either database's most parameters.
SIZES: Final = (64, 32, 16, 8, 4, 2, 1)

Row = tuple[Any, ...]


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
        start = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES "  # noqa: S608 - our names
        self._of: dict[str, dict[int, str]] = {}
        for dialect, mark in (("sqlite", "?"), ("postgresql", "%s")):
            row = f"({', '.join([mark] * len(names))})"
            self._of[dialect] = {size: start + ", ".join([row] * size) + end for size in SIZES}

    def add(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Store the rows; raises what the database says, such as IntegrityError."""
        statements = self._of[connection.dialect.name]
        for some in _cut(rows):
            values = tuple(chain.from_iterable(some))
            run(connection, statements[len(some)], values)


def _cut(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Cut rows into pieces of our sizes, the largest first."""
    start = 0
    for size in SIZES:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size
