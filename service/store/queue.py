"""The queue: what waits for a person. Everything that enters or leaves it passes here."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from service.queueing import QueueEntry
from service.store.desk_tables import queue_campaigns, queue_comments
from service.usefulness import usefulness

# Below SQLite's and PostgreSQL's limits for one statement's parameters.
AT_ONCE = 500


def join_queue(connection: Connection, entries: Sequence[QueueEntry]) -> None:
    """Let new comments wait; a campaign that another writer made meanwhile is an IntegrityError.

    Costs three statements whatever the size of the campaigns: a flood of one text is cheap.
    """
    if not entries:
        return
    connection.execute(insert(queue_comments), [_entry_row(entry) for entry in entries])
    known = _locked(connection, {entry.campaign_id for entry in entries})
    fresh: dict[str, dict[str, Any]] = {}
    for entry in entries:
        row = known.get(entry.campaign_id) or fresh.setdefault(
            entry.campaign_id, _empty(entry.site_id, entry.campaign_id)
        )
        _add(row, entry)
    if fresh:
        connection.execute(insert(queue_campaigns), list(fresh.values()))
    _write(connection, list(known.values()))


def leave_queue(connection: Connection, comment_ids: Sequence[str]) -> frozenset[str]:
    """Let comments wait no longer; return those of them that did."""
    return _set_waiting(connection, comment_ids, waiting=False)


def lose_entries(connection: Connection, comment_ids: Sequence[str]) -> None:
    """Let comments wait no longer and forget that they did: they are decided anew."""
    if comment_ids:
        leave_queue(connection, comment_ids)
        connection.execute(
            delete(queue_comments).where(queue_comments.c.comment_id.in_(comment_ids))
        )


def rejoin_queue(connection: Connection, comment_ids: Sequence[str]) -> None:
    """Let comments wait again that did before."""
    _set_waiting(connection, comment_ids, waiting=True)


def recount(connection: Connection, campaign_ids: Iterable[str]) -> None:
    """Bring campaigns in line with the comments that wait in them; an empty one goes."""
    ids = list(campaign_ids)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        _recount(connection, some, _locked(connection, some))


def _set_waiting(
    connection: Connection, comment_ids: Sequence[str], *, waiting: bool
) -> frozenset[str]:
    changed: set[str] = set()
    for start in range(0, len(comment_ids), AT_ONCE):
        some = comment_ids[start : start + AT_ONCE]
        rows = connection.execute(
            select(queue_comments.c.comment_id, queue_comments.c.campaign_id).where(
                queue_comments.c.comment_id.in_(some), queue_comments.c.waiting != waiting
            )
        ).all()
        if not rows:
            continue
        campaigns = {row.campaign_id for row in rows}
        known = _locked(connection, campaigns)
        connection.execute(
            update(queue_comments)
            .where(queue_comments.c.comment_id.in_([row.comment_id for row in rows]))
            .values(waiting=waiting)
        )
        _recount(connection, list(campaigns), known)
        changed |= {row.comment_id for row in rows}
    return frozenset(changed)


def _recount(connection: Connection, ids: Sequence[str], known: Collection[str]) -> None:
    """Count anew what waits in campaigns, of which the known ones are held by this transaction."""
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
    present: set[str] = set()
    changed: list[dict[str, Any]] = []
    made: list[dict[str, Any]] = []
    for row in counted.mappings():
        present.add(row["id"])
        fields = {**row, "usefulness": usefulness(row["base"], row["waiting"])}
        (changed if row["id"] in known else made).append(fields)
    _write(connection, changed)
    if made:
        connection.execute(insert(queue_campaigns), made)
    gone = [one for one in ids if one not in present]
    if gone:
        connection.execute(delete(queue_campaigns).where(queue_campaigns.c.id.in_(gone)))


def _locked(connection: Connection, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return campaigns by id, held for this transaction, always in one order against deadlock."""
    rows = connection.execute(
        select(queue_campaigns)
        .where(queue_campaigns.c.id.in_(sorted(ids)))
        .order_by(queue_campaigns.c.id)
        .with_for_update()
    )
    return {row["id"]: dict(row) for row in rows.mappings()}


def _write(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        changes = [{**row, "changed_id": row["id"]} for row in rows]
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "id"}
        connection.execute(
            update(queue_campaigns)
            .where(queue_campaigns.c.id == bindparam("changed_id"))
            .values(values),
            changes,
        )


def _empty(site_id: str, campaign_id: str) -> dict[str, Any]:
    return {"id": campaign_id, "site_id": site_id, "waiting": 0}


def _add(row: dict[str, Any], entry: QueueEntry) -> None:
    row["waiting"] += 1
    row["lead_id"] = min(row.get("lead_id", entry.comment_id), entry.comment_id)
    row["oldest_at"] = min(row.get("oldest_at", entry.received_at), entry.received_at)
    row["newest_at"] = max(row.get("newest_at", entry.received_at), entry.received_at)
    row["base"] = max(row.get("base", entry.base), entry.base)
    row["usefulness"] = usefulness(row["base"], row["waiting"])


def _entry_row(entry: QueueEntry) -> dict[str, Any]:
    return {
        "comment_id": entry.comment_id,
        "site_id": entry.site_id,
        "campaign_id": entry.campaign_id,
        "kind": entry.kind,
        "waiting": True,
        "received_at": entry.received_at,
        "base": entry.base,
        "score": entry.score,
        # A space on either side of each, so that one code is found and not a part of another.
        "codes": f" {' '.join(entry.codes)} ",
        "language": None,
    }
