"""The outbox: one row per event and receiver, in the transaction of what it tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from service.events import (
    AKISMET_WEBHOOK,
    BundlePromoted,
    CommentReviewed,
    Event,
    event_body,
)
from service.identifiers import IdentifierSource
from service.store.tables import deliveries, endpoints

_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Receiver:
    id: str
    key_id: str | None
    events: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Message:
    event: str
    body: str
    at: int
    comment_id: str | None = None


def announce_reviews(
    connection: Connection,
    site_id: str,
    reviews: Sequence[CommentReviewed],
    told_by: str | None = None,
) -> None:
    """Tell a site's receivers of reviews, but for the callback of the key that they came from."""
    receivers = _receivers(connection, site_id)
    if not receivers:
        return
    plugins = [one.id for one in receivers if one.key_id not in (None, told_by)]
    rows: list[_Row] = []
    for review in reviews:
        for event in review.events():
            wanting = [one.id for one in receivers if event in one.events]
            body = event_body(event, review.at, review.data())
            rows += _rows(wanting, _Message(event, body, review.at, review.comment_id))
        entry = review.akismet()
        if entry is not None:
            message = _Message(AKISMET_WEBHOOK, entry, review.at, review.comment_id)
            rows += _rows(plugins, message)
    _put(connection, rows)


def announce_promotion(connection: Connection, promoted: BundlePromoted) -> None:
    """Tell the receivers of every site that another bundle is in use."""
    event = Event.BUNDLE_PROMOTED
    wanting = [one.id for one in _receivers(connection) if event in one.events]
    body = event_body(event, promoted.at, promoted.data())
    _put(connection, _rows(wanting, _Message(event, body, promoted.at)))


def _receivers(connection: Connection, site_id: str | None = None) -> list[_Receiver]:
    query = select(endpoints.c.id, endpoints.c.key_id, endpoints.c.events).where(
        endpoints.c.disabled_at.is_(None)
    )
    if site_id is not None:
        query = query.where(endpoints.c.site_id == site_id)
    return [
        _Receiver(row.id, row.key_id, frozenset(row.events.split()))
        for row in connection.execute(query)
    ]


def _rows(endpoint_ids: Sequence[str], message: _Message) -> list[_Row]:
    new_id = IdentifierSource()
    event_id = f"msg_{new_id()}"
    return [
        {
            "id": new_id(),
            "endpoint_id": endpoint_id,
            "event_id": event_id,
            "event": message.event,
            "comment_id": message.comment_id,
            "body": message.body,
            "created_at": message.at,
            "due_at": message.at,
            "attempts": 0,
        }
        for endpoint_id in endpoint_ids
    ]


def _put(connection: Connection, rows: Sequence[_Row]) -> None:
    if rows:
        connection.execute(insert(deliveries), rows)
