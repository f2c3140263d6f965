"""Comments of a site by the names that the site gives them: our id or its own."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from service.deciding.decision import Decision
from service.store.tables import comments, decisions


@dataclass(frozen=True, slots=True)
class NamedComment:
    """A stored comment and what was decided when it came."""

    id: str
    decision: Decision


def by_id(connection: Connection, site_id: str, ids: Collection[str]) -> dict[str, NamedComment]:
    """Return those of the given ids that are this site's."""
    found = _where(connection, site_id, comments.c.id.in_(list(ids)))
    return {comment.id: comment for _, comment in found}


def by_external_id(
    connection: Connection, site_id: str, external_ids: Collection[str]
) -> dict[str, NamedComment]:
    """Return this site's comments under its own ids."""
    return dict(_where(connection, site_id, comments.c.external_id.in_(list(external_ids))))


def _where(
    connection: Connection, site_id: str, named: ColumnElement[bool]
) -> list[tuple[Any, NamedComment]]:
    rows = connection.execute(
        select(comments.c.id, comments.c.external_id, decisions.c.decision)
        .join(decisions, decisions.c.comment_id == comments.c.id)
        .where(comments.c.site_id == site_id, named)
    )
    return [(row.external_id, NamedComment(row.id, Decision(row.decision))) for row in rows]
