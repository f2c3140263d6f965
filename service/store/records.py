"""Queries for what our records say, a handful per batch."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import Column, Connection, func, select

from models.comment import Label
from service.decision import Decision
from service.records import Records, Tally, Traces, values_of
from service.store.reviewed import settle_disputes
from service.store.tables import comments, fingerprints

Value = TypeVar("Value", int, str)


def records_of(connection: Connection, traces: Sequence[Traces]) -> Records:
    """Return what the records say about these comments, in four queries."""
    found = _found(connection, values_of(traces))
    authors = {trace.author_key for trace in traces if trace.author_key is not None}
    texts = {trace.fingerprint.key for trace in traces if trace.fingerprint}
    records = Records(
        authors=_tallies(connection, comments.c.author_key, authors),
        texts=_tallies(connection, comments.c.text_key, texts),
        campaigns=_tallies(
            connection, comments.c.campaign_id, {campaign for campaign, _ in found.values()}
        ),
        found=found,
    )
    settle_disputes(connection, records)
    return records


def _found(connection: Connection, values: Iterable[int]) -> dict[int, tuple[str, bytes]]:
    rows = connection.execute(
        select(fingerprints.c.value, fingerprints.c.campaign_id, comments.c.sketch)
        .join(comments, comments.c.id == fingerprints.c.campaign_id)
        .where(fingerprints.c.value.in_(list(values)))
    )
    return {row.value: (row.campaign_id, row.sketch or b"") for row in rows}


def _tallies(
    connection: Connection, column: Column[Value], values: Iterable[Value]
) -> dict[Value, Tally]:
    wanted = list(values)
    if not wanted:
        return {}
    rows = connection.execute(
        select(column.label("value"), comments.c.standing, comments.c.label, func.count())
        .where(column.in_(wanted))
        .group_by(column, comments.c.standing, comments.c.label)
    )
    tallies: dict[Value, Tally] = {}
    for value, standing, label, count in rows:
        tally = tallies.setdefault(value, Tally())
        tally.add(Decision(standing), label and Label(label), count)
    return tallies
