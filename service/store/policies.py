"""Policies: append-only, the highest version of a site is in force."""

import json
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, func, insert, select

from service.deciding.decision import Effect
from service.deciding.policy import Policy
from service.store.among import among
from service.store.driver import Lookup
from service.store.tables import policies

_NEWEST: Final = (
    select(policies.c.site_id, func.max(policies.c.version).label("version"))
    .where(among(policies.c.site_id, "values"))
    .group_by(policies.c.site_id)
    .subquery()
)
_IN_FORCE: Final = Lookup(
    select(policies.c.site_id, policies.c.version, policies.c.document).join(
        _NEWEST,
        (policies.c.site_id == _NEWEST.c.site_id) & (policies.c.version == _NEWEST.c.version),
    )
)


def policies_of(connection: Connection, site_ids: Iterable[str]) -> dict[str, Policy]:
    """Return the policy in force on each site; the default (version 0) where none was set."""
    wanted = list(site_ids)
    rows = _IN_FORCE.rows(connection, wanted)
    found = {site_id: _policy(version, document) for site_id, version, document in rows}
    return {site_id: found.get(site_id, Policy()) for site_id in wanted}


def add_policy(
    connection: Connection, site_id: str, document: str, created_at: int, created_by: str
) -> Policy:
    """Store the next version of a site's policy and return it."""
    current = connection.execute(
        select(func.coalesce(func.max(policies.c.version), 0)).where(policies.c.site_id == site_id)
    ).scalar_one()
    connection.execute(
        insert(policies).values(
            site_id=site_id,
            version=current + 1,
            document=document,
            created_at=created_at,
            created_by=created_by,
        )
    )
    return _policy(current + 1, document)


def _policy(version: int, document: str) -> Policy:
    fields = json.loads(document)
    effects = {name: Effect(effect) for name, effect in fields.pop("effects", {}).items()}
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return Policy(version=version, effects=effects, **{**fields, **lists})
