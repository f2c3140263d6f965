"""Sites and their keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from service.edge.auth import Key, Scope
from service.store.tables import keys, sites


@dataclass(frozen=True, slots=True)
class Site:
    """One blog that calls us."""

    id: str
    name: str
    created_at: int


def add_site(connection: Connection, site: Site) -> None:
    """Store a new site; its name must be free (IntegrityError)."""
    connection.execute(insert(sites).values(id=site.id, name=site.name, created_at=site.created_at))


def all_sites(connection: Connection) -> list[Site]:
    """Return every site, oldest first."""
    rows = connection.execute(select(sites).order_by(sites.c.created_at, sites.c.id))
    return [Site(row.id, row.name, row.created_at) for row in rows]


def site_named(connection: Connection, name: str) -> Site | None:
    """Return the site of this name."""
    row = connection.execute(select(sites).where(sites.c.name == name)).one_or_none()
    return Site(row.id, row.name, row.created_at) if row else None


def add_key(connection: Connection, key: Key, fingerprint: str, created_at: int) -> None:
    """Store a new key by the fingerprint of its secret."""
    connection.execute(
        insert(keys).values(
            id=key.id,
            site_id=key.site_id,
            fingerprint=fingerprint,
            scopes=" ".join(sorted(key.scopes)),
            created_at=created_at,
        )
    )


def find_key(connection: Connection, fingerprint: str) -> Key | None:
    """Return the live key with this fingerprint."""
    row = connection.execute(
        select(keys.c.id, keys.c.site_id, keys.c.scopes).where(
            keys.c.fingerprint == fingerprint, keys.c.revoked_at.is_(None)
        )
    ).one_or_none()
    return _key(row) if row else None


def keys_of(connection: Connection, site_id: str) -> Sequence[Key]:
    """Return the live keys of a site, oldest first."""
    rows = connection.execute(
        select(keys.c.id, keys.c.site_id, keys.c.scopes)
        .where(keys.c.site_id == site_id, keys.c.revoked_at.is_(None))
        .order_by(keys.c.created_at, keys.c.id)
    )
    return [_key(row) for row in rows]


def revoke_key(connection: Connection, key_id: str, revoked_at: int) -> bool:
    """End a key; return whether there was a live one of this id."""
    done = connection.execute(
        update(keys)
        .where(keys.c.id == key_id, keys.c.revoked_at.is_(None))
        .values(revoked_at=revoked_at)
    )
    return done.rowcount == 1


def _key(row: Row[Any, Any, Any]) -> Key:
    return Key(row.id, row.site_id, frozenset(map(Scope, row.scopes.split())))
