"""Ties of what waits: they live as long as their campaign waits, and are one row for each value."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, delete, select

from service.deciding.queueing import QueueEntry
from service.store.among import among
from service.store.desk_tables import queue_ties
from service.store.driver import Lookup
from service.store.insertion import Insertion

_KNOWN: Final = Lookup(
    select(queue_ties.c.value, queue_ties.c.campaign_id).where(among(queue_ties.c.value, "values"))
)
_TIES: Final = Insertion(queue_ties, "value campaign_id comment_id", skip_known=True)


def gathered(connection: Connection, entries: Sequence[QueueEntry]) -> list[QueueEntry]:
    """Return the entries, each in the campaign to which its strongest tie leads.

    Those of one batch are taken in turn, so that twins within it meet.
    """
    values = sorted({tie.value for entry in entries for tie in entry.ties})
    known: dict[int, str] = dict(_KNOWN.rows(connection, values))
    found = []
    for entry in entries:
        tie = next((one for one in entry.ties if one.value in known), None)
        campaign_id = known[tie.value] if tie else entry.campaign_id
        known.update((one.value, campaign_id) for one in entry.ties if one.value not in known)
        found.append(replace(entry, campaign_id=campaign_id, tie=tie.kind if tie else None))
    return found


def keep_ties(connection: Connection, entries: Sequence[QueueEntry]) -> None:
    """Store the ties of what waits now; its campaigns are stored."""
    rows = [
        (tie.value, entry.campaign_id, entry.comment_id) for entry in entries for tie in entry.ties
    ]
    _TIES.add(connection, rows)


def lose_ties(connection: Connection, comment_ids: Collection[str]) -> None:
    """Remove the ties that these comments brought."""
    connection.execute(delete(queue_ties).where(queue_ties.c.comment_id.in_(comment_ids)))
