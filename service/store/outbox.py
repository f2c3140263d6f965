"""The outbox: one row per event and receiver, in the transaction of what it tells."""

from collections.abc import Iterable, Mapping
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


def announce_review(
    connection: Connection, review: CommentReviewed, told_by: str | None = None
) -> None:
    """Tell a site's receivers of a review, but for the callback of the key that it came from."""
    receivers = _receivers(connection, review.site_id)
    for event in review.events():
        wanting = (one for one in receivers if event in one.events)
        body = event_body(event, review.at, review.data())
        _put(connection, wanting, event, body, review.at, review.comment_id)
    plugins = [one for one in receivers if one.key_id is not None and one.key_id != told_by]
    entry = review.akismet()
    if plugins and entry is not None:
        _put(connection, plugins, AKISMET_WEBHOOK, entry, review.at, review.comment_id)


def announce_promotion(connection: Connection, at: int, data: Mapping[str, object]) -> None:
    """Tell the receivers of every site that a bundle was promoted."""
    wanting = (one for one in _receivers(connection) if Event.BUNDLE_PROMOTED in one.events)
    body = event_body(Event.BUNDLE_PROMOTED, at, data)
    _put(connection, wanting, Event.BUNDLE_PROMOTED, body, at, None)


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


def _put(
    connection: Connection,
    receivers: Iterable[_Receiver],
    event: str,
    body: str,
    at: int,
    comment_id: str | None,
) -> None:
    new_id = IdentifierSource()
    event_id = f"msg_{new_id()}"
    rows = [
        {
            "id": new_id(),
            "endpoint_id": receiver.id,
            "event_id": event_id,
            "event": event,
            "comment_id": comment_id,
            "body": body,
            "created_at": at,
            "due_at": at,
            "attempts": 0,
        }
        for receiver in receivers
    ]
    if rows:
        connection.execute(insert(deliveries), rows)
