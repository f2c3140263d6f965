"""The outbox: one row per event and receiver, in the transaction of what it tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from service.events import AKISMET_WEBHOOK, CommentReviewed, Event, event_body
from service.identifiers import IdentifierSource
from service.store.tables import deliveries, endpoints


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


def announce_review(
    connection: Connection, review: CommentReviewed, told_by: str | None = None
) -> None:
    """Tell a site's receivers of a review, but for the callback of the key that it came from."""
    receivers = _receivers(connection, review.site_id)
    for event in review.events():
        wanting = [one.id for one in receivers if event in one.events]
        body = event_body(event, review.at, review.data())
        _put(connection, wanting, _Message(event, body, review.at, review.comment_id))
    plugins = [one.id for one in receivers if one.key_id not in (None, told_by)]
    entry = review.akismet()
    if entry is not None:
        message = _Message(AKISMET_WEBHOOK, entry, review.at, review.comment_id)
        _put(connection, plugins, message)


def announce_promotion(connection: Connection, at: int, data: Mapping[str, object]) -> None:
    """Tell the receivers of every site that a bundle was promoted."""
    wanting = [one.id for one in _receivers(connection) if Event.BUNDLE_PROMOTED in one.events]
    body = event_body(Event.BUNDLE_PROMOTED, at, data)
    _put(connection, wanting, _Message(Event.BUNDLE_PROMOTED, body, at))


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


def _put(connection: Connection, endpoint_ids: Sequence[str], message: _Message) -> None:
    if not endpoint_ids:
        return
    new_id = IdentifierSource()
    event_id = f"msg_{new_id()}"
    rows = [
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
    connection.execute(insert(deliveries), rows)
