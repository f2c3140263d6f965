"""A bounded wait queue; what waits together is decided together.

Group commit pays for the disk: one row per transaction gives about 3,000 rows/s with
`synchronous=FULL`, 64 rows per transaction 67,000 (two cores).
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from service.deciding.arrival import Arrival
from service.deciding.decider import Decider, Outcomes
from service.deciding.reply import Reply
from service.errors import Overloaded, Problem, QueueFull, StoreUnavailable
from service.metrics import Metrics

# A decision that takes longer is of no use to the form that waits; the comment may still be
# stored, and the same external_id then gets its answer.
DECISION_SECONDS: Final = 2.0
# How much later than its deadline a wait may end: one timer looks after all that wait.
GRAIN_SECONDS: Final = 0.05
# While a batch is being decided, the next one leaves no sooner than so many wait: the fewer of them,
# the dearer each, and the decider must only not run dry.
LEAST_AHEAD: Final = 24


@dataclass(frozen=True, slots=True)
class _Waiting:
    arrival: Arrival
    since: float
    answer: asyncio.Future[Reply]


class Batcher:
    """Lets arrivals wait, at most `size` of them and `seconds` long, and has them decided in batches."""

    def __init__(
        self, decider: Decider, metrics: Metrics, *, size: int, seconds: float, batch: int
    ) -> None:
        self._decider = decider
        self._metrics = metrics
        self._size = size
        self._seconds = seconds
        self._batch = batch
        self._least_ahead = min(LEAST_AHEAD, batch)
        self._queue: deque[_Waiting] = deque()
        self._on_their_way: dict[asyncio.Task[None], Sequence[_Waiting]] = {}
        self._sending_soon = False
        self._closing = False
        self._watch: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Let the decider get ready, on the running event loop."""
        await self._decider.start()
        self._look()

    def is_full(self) -> bool:
        """Tell whether there is no room."""
        return self._closing or len(self._queue) >= self._size

    def admit(self) -> None:
        """Raise `Overloaded` when there is no room, before a body is read and looked at."""
        if self.is_full():
            self._metrics.queue_full.inc()
            raise QueueFull

    async def submit(self, arrival: Arrival) -> Reply:
        """Wait for the decision; raises a `Problem`: `Overloaded`, `StoreUnavailable`, `Conflict`."""
        self.admit()
        loop = asyncio.get_running_loop()
        waiting = _Waiting(arrival, time.monotonic(), loop.create_future())
        self._queue.append(waiting)
        if not self._sending_soon:
            # Not at once: whoever sent in the same moment shall be in the same batch.
            self._sending_soon = True
            loop.call_soon(self._send)
        return await waiting.answer

    async def close(self) -> None:
        """Refuse new arrivals, decide those that wait, and stop."""
        self._closing = True
        self._send()
        while self._on_their_way:
            await asyncio.wait(self._on_their_way)
        if self._watch is not None:
            self._watch.cancel()
        await self._decider.close()

    def _send(self) -> None:
        """Send the decider what it should have by now."""
        self._sending_soon = False
        while self._is_due() and (batch := self._take()):
            task = asyncio.get_running_loop().create_task(self._decide(batch))
            self._on_their_way[task] = batch
            task.add_done_callback(self._done)

    def _is_due(self) -> bool:
        if not self._on_their_way:
            return bool(self._queue)
        ahead = len(self._on_their_way) < self._decider.ahead
        return ahead and len(self._queue) >= self._least_ahead

    async def _decide(self, batch: Sequence[_Waiting]) -> None:
        outcomes: Outcomes
        try:
            outcomes = await self._decider.decide([one.arrival for one in batch])
        except Problem as fault:
            outcomes = [fault] * len(batch)
        self._metrics.batch_size.observe(len(batch))
        for one, outcome in zip(batch, outcomes, strict=True):
            if one.answer.done():
                continue
            if isinstance(outcome, Reply):
                one.answer.set_result(outcome)
            else:
                one.answer.set_exception(outcome)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._on_their_way[task]
        self._send()

    def _take(self) -> list[_Waiting]:
        """Take the oldest that still wait."""
        self._refuse_late()
        batch: list[_Waiting] = []
        while self._queue and len(batch) < self._batch:
            one = self._queue.popleft()
            if not one.answer.done():
                batch.append(one)
        self._metrics.waiting.set(len(self._queue))
        return batch

    def _look(self) -> None:
        """Refuse, at intervals, what waited too long, in the queue or for the store."""
        self._refuse_late()
        self._watch = asyncio.get_running_loop().call_later(GRAIN_SECONDS, self._look)

    def _refuse_late(self) -> None:
        now = time.monotonic()
        while self._queue and self._queue[0].since < now - self._seconds:
            late = self._queue.popleft()
            self._refuse(late, "queue_timeout", Overloaded("the queue is too slow now; ask again"))
        for batch in self._on_their_way.values():
            if batch[0].since < now - DECISION_SECONDS:
                slow = f"no decision was stored within {DECISION_SECONDS:g} seconds; ask again"
                for one in batch:
                    self._refuse(one, "too_slow", StoreUnavailable(slow))

    def _refuse(self, late: _Waiting, why: str, fault: Problem) -> None:
        if not late.answer.done():
            self._metrics.refused.labels(why).inc()
            late.answer.set_exception(fault)
