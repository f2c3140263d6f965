"""The queue: what waits for a person. Everything that enters or leaves it passes here.

Whoever changes it holds the lock of the site's feed, so nobody else changes it meanwhile.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, delete, func, select, update

from service.deciding.queueing import QueueEntry
from service.deciding.usefulness import usefulness
from service.store.among import among
from service.store.desk_tables import queue_campaigns, queue_comments
from service.store.driver import Lookup
from service.store.insertion import Insertion
from service.store.ties import gathered, keep_ties, lose_ties

# Below SQLite's and PostgreSQL's limits for one statement's parameters.
AT_ONCE: Final = 500

_COLUMNS: Final = "id site_id lead_id waiting oldest_at newest_at base usefulness"
_CAMPAIGNS: Final = Insertion(queue_campaigns, _COLUMNS, replace_known="id")
_ENTRIES: Final = Insertion(
    queue_comments, "comment_id site_id campaign_id kind waiting received_at base score codes tie"
)
_KNOWN: Final = Lookup(select(queue_campaigns).where(among(queue_campaigns.c.id, "values")))
_KNOWN_COLUMNS: Final = tuple(column.name for column in queue_campaigns.c)


def join_queue(connection: Connection, entries: Sequence[QueueEntry]) -> None:
    """Let new comments wait, each in the campaign that it is tied to.

    Costs five statements whatever the size of the campaigns: a flood of one text is cheap.
    """
    if not entries:
        return
    entries = gathered(connection, entries)
    _ENTRIES.add(connection, [_entry_row(entry) for entry in entries])
    campaigns = _known(connection, {entry.campaign_id for entry in entries})
    for entry in entries:
        empty = _empty(entry.site_id, entry.campaign_id)
        _add(campaigns.setdefault(entry.campaign_id, empty), entry)
    _write(connection, list(campaigns.values()))
    keep_ties(connection, entries)


def leave_queue(connection: Connection, comment_ids: Sequence[str]) -> frozenset[str]:
    """Let comments wait no longer; return those of them that did."""
    return _set_waiting(connection, comment_ids, waiting=False)


def lose_entries(connection: Connection, comment_ids: Sequence[str]) -> None:
    """Let comments wait no longer and forget that they did: they are decided anew."""
    if comment_ids:
        leave_queue(connection, comment_ids)
        lose_ties(connection, comment_ids)
        connection.execute(
            delete(queue_comments).where(queue_comments.c.comment_id.in_(comment_ids))
        )


def rejoin_queue(connection: Connection, comment_ids: Sequence[str]) -> None:
    """Let comments wait again that did before."""
    _set_waiting(connection, comment_ids, waiting=True)


def _set_waiting(
    connection: Connection, comment_ids: Sequence[str], *, waiting: bool
) -> frozenset[str]:
    changed: set[str] = set()
    for start in range(0, len(comment_ids), AT_ONCE):
        some = comment_ids[start : start + AT_ONCE]
        rows = connection.execute(
            update(queue_comments)
            .where(queue_comments.c.comment_id.in_(some), queue_comments.c.waiting != waiting)
            .values(waiting=waiting)
            .returning(queue_comments.c.comment_id, queue_comments.c.campaign_id)
        ).all()
        if rows:
            _recount(connection, {row.campaign_id for row in rows})
            changed |= {row.comment_id for row in rows}
    return frozenset(changed)


def _recount(connection: Connection, ids: Collection[str]) -> None:
    """Count anew what waits in campaigns; an empty one goes."""
    counted = connection.execute(
        select(
            queue_comments.c.campaign_id.label("id"),
            queue_comments.c.site_id,
            func.count().label("waiting"),
            func.max(queue_comments.c.base).label("base"),
            func.min(queue_comments.c.received_at).label("oldest_at"),
            func.max(queue_comments.c.received_at).label("newest_at"),
            # Ids sort by time: the first of a campaign stands for it.
            func.min(queue_comments.c.comment_id).label("lead_id"),
        )
        .where(queue_comments.c.campaign_id.in_(ids), queue_comments.c.waiting)
        .group_by(queue_comments.c.campaign_id, queue_comments.c.site_id)
    )
    rows = [
        {**row, "usefulness": usefulness(row["base"], row["waiting"])} for row in counted.mappings()
    ]
    _write(connection, rows)
    gone = set(ids) - {row["id"] for row in rows}
    if gone:
        connection.execute(delete(queue_campaigns).where(queue_campaigns.c.id.in_(gone)))


def _known(connection: Connection, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    rows = [dict(zip(_KNOWN_COLUMNS, row, strict=True)) for row in _KNOWN.rows(connection, ids)]
    return {row["id"]: row for row in rows}


def _write(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    _CAMPAIGNS.add(connection, [tuple(row[name] for name in _COLUMNS.split()) for row in rows])


def _empty(site_id: str, campaign_id: str) -> dict[str, Any]:
    return {"id": campaign_id, "site_id": site_id, "waiting": 0}


def _add(row: dict[str, Any], entry: QueueEntry) -> None:
    row["waiting"] += 1
    row["lead_id"] = min(row.get("lead_id", entry.comment_id), entry.comment_id)
    row["oldest_at"] = min(row.get("oldest_at", entry.received_at), entry.received_at)
    row["newest_at"] = max(row.get("newest_at", entry.received_at), entry.received_at)
    row["base"] = max(row.get("base", entry.base), entry.base)
    row["usefulness"] = usefulness(row["base"], row["waiting"])


def _entry_row(entry: QueueEntry) -> tuple[Any, ...]:
    return (
        entry.comment_id,
        entry.site_id,
        entry.campaign_id,
        entry.kind.value,
        True,
        entry.received_at,
        entry.base,
        entry.score,
        # A space on either side of each, so that one code is found and not a part of another.
        f" {' '.join(entry.codes)} ",
        entry.tie and entry.tie.value,
    )
