"""One attempt at one delivery: composed, signed, sent, and what the receiver said to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx

from service.events import AKISMET_WEBHOOK
from service.outgoing.policy import OutgoingError
from service.sealing import SealBroken, Sealer
from service.store.akismet import sealed_key
from service.store.deliveries import Delivery
from service.store.endpoints import Endpoint
from service.store.engine import Store
from service.webhooks.message import Message, akismet_message, signed_message
from service.webhooks.schedule import retry_after_seconds

GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt; without `error` the receiver took it."""

    status: int | None = None
    error: str | None = None
    retry_after: float | None = None
    gone: bool = False


Post = Callable[[Endpoint, Delivery], Outcome]


class Poster:
    """Sends deliveries over the one way out."""

    def __init__(self, store: Store, sealer: Sealer, client: httpx.Client) -> None:
        self._store = store
        self._sealer = sealer
        self._client = client

    def __call__(self, endpoint: Endpoint, delivery: Delivery) -> Outcome:
        """Send one delivery and tell what came of it; nothing is raised but `StoreUnavailable`."""
        try:
            message = self._message(endpoint, delivery)
        except SealBroken as fault:
            return Outcome(error=str(fault))
        if message is None:
            return Outcome(error="the Akismet key was revoked", gone=True)
        try:
            reply = self._client.post(message.url, content=message.body, headers=message.headers)
        except OutgoingError as fault:
            return Outcome(error=str(fault))
        return _read(reply)

    def _message(self, endpoint: Endpoint, delivery: Delivery) -> Message | None:
        if delivery.event == AKISMET_WEBHOOK:
            key = self._akismet_key(endpoint)
            return None if key is None else akismet_message(endpoint.url, key, delivery.body)
        secrets = [self._sealer.open(sealed) for sealed in endpoint.secrets]
        at = datetime.now(UTC)
        return signed_message(endpoint.url, delivery.event_id, delivery.body, secrets, at)

    def _akismet_key(self, endpoint: Endpoint) -> str | None:
        with self._store.reading() as connection:
            sealed = sealed_key(connection, endpoint.key_id or "")
        return None if sealed is None else self._sealer.open(sealed)


def _read(reply: httpx.Response) -> Outcome:
    if reply.is_success:
        return Outcome(reply.status_code)
    retry_after = retry_after_seconds(reply.headers.get("retry-after"), datetime.now(UTC))
    error = f"it answered {reply.status_code} {reply.reason_phrase}".strip()
    return Outcome(reply.status_code, error, retry_after, gone=reply.status_code == GONE)
