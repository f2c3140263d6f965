"""What of a batch is in the store already: by external id, by idempotency key, by being the same."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, text

from service.deciding.arrival import TWIN_SECONDS, Arrival
from service.deciding.precedents import Claim, claims_of
from service.store.among import among, given
from service.store.comments import StoredComment, StoredRow, read_row, stored
from service.store.driver import Lookup
from service.store.tables import comments

_EXTERNAL: Final = Lookup(
    stored().where(among(comments.c.external_id, "values"), among(comments.c.site_id, "sites"))
)
_KEYED: Final = Lookup(
    stored().where(
        among(comments.c.idempotency_key, "values"),
        among(comments.c.site_id, "sites"),
    )
)
# The newest last: it is the one that counts.
_ALIKE: Final = Lookup(
    stored()
    .where(among(comments.c.identity, "values"), comments.c.received_at >= bindparam("since"))
    .order_by(comments.c.received_at)
)
_BY_ID: Final = Lookup(stored().where(among(comments.c.id, "values")).with_for_update(of=comments))
# In one order, so that two batches never wait for each other in a circle.
_LOCK: Final = text(
    "SELECT count(pg_advisory_xact_lock(key))"
    " FROM (SELECT unnest(CAST(:keys AS bigint[])) AS key ORDER BY key) AS sorted"
)


def lock_claims(connection: Connection, claims: Iterable[Claim]) -> None:
    """Let no other replica store what has these claims until this transaction ends.

    SQLite has one writer at a time, who has no need of it.
    """
    if connection.dialect.name == "postgresql":
        keys = sorted({claim.lock for claim in claims})
        connection.execute(_LOCK, {"keys": keys})


def precedents_of(
    connection: Connection, arrivals: Sequence[Arrival]
) -> Mapping[Claim, StoredComment]:
    """Return the stored comments that have a claim of one of these arrivals."""
    wanted: dict[str, list[Claim]] = {}
    for arrival in arrivals:
        for claim in claims_of(arrival):
            wanted.setdefault(claim.kind, []).append(claim)
    since = min(arrival.received_at for arrival in arrivals) - TWIN_SECONDS * 1_000_000
    found: dict[Claim, StoredComment] = {}
    for kind, claims in wanted.items():
        query = {"external": _EXTERNAL, "key": _KEYED, "alike": _ALIKE, "id": _BY_ID}[kind]
        column = {"external": "external_id", "key": "idempotency_key", "alike": "identity"}
        others: dict[str, Any] = {}
        if kind in {"external", "key"}:
            sites = {claim.site_id for claim in claims}
            others["sites"] = given(sites, connection.dialect.name)
        elif kind == "alike":
            others["since"] = since
        for found_row in query.rows(connection, [claim.value for claim in claims], **others):
            row: Any = StoredRow(*found_row)
            value = getattr(row, column.get(kind, "id"))
            found[Claim(kind, row.site_id, value)] = read_row(row)
    return found
