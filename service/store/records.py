"""Queries for what our records say, a handful per batch."""

from collections.abc import Collection, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Column, Connection, func, select

from models.comment import Label
from service.deciding.decision import Decision
from service.deciding.records import Records, Tally, Traces, values_of
from service.store.among import among
from service.store.driver import Lookup
from service.store.reviewed import settle_disputes
from service.store.tables import comments, fingerprints

Value = TypeVar("Value", int, str)


def _counted(column: Column[Any]) -> Lookup:
    return Lookup(
        select(column, comments.c.standing, comments.c.label, func.count())
        .where(among(column, "values"))
        .group_by(column, comments.c.standing, comments.c.label)
    )


_FOUND: Final = Lookup(
    select(fingerprints.c.value, fingerprints.c.campaign_id, comments.c.sketch)
    .join(comments, comments.c.id == fingerprints.c.campaign_id)
    .where(among(fingerprints.c.value, "values"))
)
_BY_AUTHOR: Final = _counted(comments.c.author_key)
_BY_TEXT: Final = _counted(comments.c.text_key)
_BY_CAMPAIGN: Final = _counted(comments.c.campaign_id)


def records_of(connection: Connection, traces: Sequence[Traces]) -> Records:
    """Return what the records say about these comments, in at most four queries."""
    found = _found(connection, values_of(traces))
    authors = {trace.author_key for trace in traces if trace.author_key is not None}
    texts = {trace.fingerprint.key for trace in traces if trace.fingerprint}
    campaigns = {campaign for campaign, _ in found.values()}
    records = Records(
        authors=_tallies(connection, _BY_AUTHOR, authors),
        texts=_tallies(connection, _BY_TEXT, texts),
        campaigns=_tallies(connection, _BY_CAMPAIGN, campaigns),
        found=found,
    )
    settle_disputes(connection, records)
    return records


def _found(connection: Connection, values: Collection[int]) -> dict[int, tuple[str, bytes]]:
    rows = _FOUND.rows(connection, values)
    return {value: (campaign_id, sketch or b"") for value, campaign_id, sketch in rows}


def _tallies(
    connection: Connection, lookup: Lookup, values: Collection[Value]
) -> dict[Value, Tally]:
    tallies: dict[Value, Tally] = {}
    for value, standing, label, count in lookup.rows(connection, values):
        tally = tallies.setdefault(value, Tally())
        tally.add(Decision(standing), label and Label(label), count)
    return tallies
