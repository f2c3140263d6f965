"""The sender: takes what is due from the outbox and delivers it at least once.

A lease gives a receiver to one sender at a time, on whichever replica; it outlasts the longest
batch, so it ends only with its sender. What a killed sender had delivered and not yet written down
is delivered again, with the same id.
"""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import Connection

from service.clock import now
from service.errors import StoreUnavailable
from service.identifiers import IdentifierSource
from service.store.deliveries import (
    Attempt,
    Delivery,
    endpoints_with_work,
    lease,
    note_failure,
    note_success,
    record_attempts,
    release,
)
from service.store.endpoints import disable, endpoint_of
from service.store.engine import Store
from service.webhooks.post import Outcome, Post
from service.webhooks.schedule import DEAD_AFTER, delay, pause

# At most this many are sent under one lease; the batch ends earlier when its time is over.
BATCH: Final = 20
BATCH_SECONDS: Final = 30.0
# Longer than the longest batch (30 s) and its last attempt (15 s).
LEASE_SECONDS: Final = 60.0
IDLE_SECONDS: Final = 0.5
# One thread per receiver that has work; those that failed last get half of them at most.
THREADS: Final = 32
log = structlog.get_logger("winnow.webhooks")


@dataclass(slots=True)
class _Batch:
    """What came of the deliveries of one lease so far."""

    attempts: list[Attempt]
    failed: Outcome | None = None


class Sender:
    """Delivers what the outbox holds, one receiver per thread, until it is closed."""

    def __init__(self, store: Store, post: Post, new_id: IdentifierSource) -> None:
        self._store = store
        self._post = post
        self._id = new_id()
        self._busy: dict[str, bool] = {}
        self._closing = threading.Event()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="deliver")
        self._worker = threading.Thread(target=self._work, name="sender", daemon=True)

    def start(self) -> None:
        """Start to look for work."""
        self._worker.start()

    def close(self) -> None:
        """Finish what is being sent and stop; the rest waits for the next start."""
        self._closing.set()
        if self._worker.ident is not None:
            self._worker.join()
        self._threads.shutdown()

    def _work(self) -> None:
        while not self._closing.wait(IDLE_SECONDS):
            try:
                self._hand_out()
            except StoreUnavailable as fault:
                # The outbox is as durable as what it tells: it is read again when the store is back.
                log.warning("outbox_unavailable", cause=repr(fault.__cause__))

    def _hand_out(self) -> None:
        with self._store.reading() as connection:
            found = endpoints_with_work(connection, 4 * THREADS)
        for endpoint_id, failing in found:
            failing_now = sum(self._busy.values())
            full = len(self._busy) >= THREADS or (failing and failing_now >= THREADS // 2)
            if endpoint_id not in self._busy and not full:
                self._busy[endpoint_id] = failing
                self._threads.submit(self._serve, endpoint_id)

    def _serve(self, endpoint_id: str) -> None:
        try:
            while self._deliver_some(endpoint_id) and not self._closing.is_set():
                pass
        except StoreUnavailable as fault:
            log.warning("delivery_not_recorded", endpoint=endpoint_id, cause=repr(fault.__cause__))
        finally:
            self._busy.pop(endpoint_id, None)

    def _deliver_some(self, endpoint_id: str) -> bool:
        """Send one batch; return whether there may be more to send at once."""
        with self._store.writing() as connection:
            due = lease(connection, endpoint_id, self._id, LEASE_SECONDS, BATCH)
            endpoint = endpoint_of(connection, endpoint_id)
        if not due or endpoint is None:
            self._finish(endpoint_id, _Batch([]))
            return False
        batch = _Batch([])
        until = time.monotonic() + BATCH_SECONDS
        for delivery in due:
            outcome = self._post(endpoint, delivery)
            batch.attempts.append(_attempt(delivery, outcome))
            if outcome.error is not None:
                batch.failed = outcome
                break
            if time.monotonic() >= until or self._closing.is_set():
                break
        self._finish(endpoint_id, batch)
        return batch.failed is None and len(batch.attempts) == BATCH

    def _finish(self, endpoint_id: str, batch: _Batch) -> None:
        with self._store.writing() as connection:
            record_attempts(connection, batch.attempts)
            if len(batch.attempts) > (batch.failed is not None):
                note_success(connection, endpoint_id)
            if batch.failed is not None:
                _note(connection, endpoint_id, batch.failed)
            release(connection, endpoint_id, self._id)


def _note(connection: Connection, endpoint_id: str, failed: Outcome) -> None:
    """Leave the receiver alone for a while, or for good when it is gone or dead for days."""
    endpoint = endpoint_of(connection, endpoint_id)
    failures = endpoint.failures + 1 if endpoint is not None else 1
    rest = pause(failures, random.random(), failed.retry_after)  # noqa: S311
    failing = note_failure(connection, endpoint_id, rest)
    if failed.gone or failing >= DEAD_AFTER:
        days = f"it failed for {failing // 86_400} days; at last: " if not failed.gone else ""
        disable(connection, endpoint_id, f"{days}{failed.error}", now())
        log.warning("endpoint_disabled", endpoint=endpoint_id, why=failed.error)


def _attempt(delivery: Delivery, outcome: Outcome) -> Attempt:
    if outcome.error is None:
        return Attempt(delivery.id, outcome.status, None)
    chance = random.random()  # noqa: S311 - spreads load, guards nothing
    retry = delay(delivery.attempts + 1, chance, outcome.retry_after)
    return Attempt(delivery.id, outcome.status, outcome.error, retry)
