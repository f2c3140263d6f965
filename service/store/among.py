"""“Is one of these”, as one statement whatever their number.

`IN (?, ?, …)` is another statement for each number of values: SQLAlchemy writes it anew each time
and PostgreSQL plans it anew. Here the values are one parameter.
"""

import json
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Dialect, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator

Values = Collection[int] | Collection[str] | Collection[int | str]


class _Many(TypeDecorator[Values]):
    """A list as one parameter: JSON for SQLite, an array for PostgreSQL."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Values | None, dialect: Dialect) -> Any:
        """Hand the list over in the dialect's way."""
        return given(value or (), dialect.name)


class _Among(FunctionElement[Any]):
    name = "among"
    inherit_cache = True
    # Not Boolean: for that SQLAlchemy writes `… = 1` on SQLite, which then uses no index.
    type = NullType()


_MANY: Final = _Many()


def given(values: Values, dialect: str) -> str | list[Any]:
    """Return a list as the parameter that a dialect takes."""
    return json.dumps(list(values)) if dialect == "sqlite" else list(values)


def among(column: ColumnElement[Any], parameter: str) -> ColumnElement[bool]:
    """Return the condition that the column holds one of the values of this parameter."""
    return _Among(column, bindparam(parameter, type_=_MANY))


@compiles(_Among, "sqlite")
def _in_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, many = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({many}))"  # noqa: S608 - a bound parameter


@compiles(_Among, "postgresql")
def _in_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, many = (compiler.process(part, **options) for part in element.clauses)
    kind = "bigint" if isinstance(next(iter(element.clauses)).type, BigInteger) else "text"
    return f"{column} = ANY(CAST({many} AS {kind}[]))"
