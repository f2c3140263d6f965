"""The wait queue, with a worker that the test holds by the hand."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from models.comment import Comment
from service.arrival import Arrival, arrive
from service.batching import Batcher
from service.decision import DecidedComment, Decision
from service.errors import Conflict, Overloaded, Problem, StoreUnavailable
from service.metrics import Metrics
from service.moderation import Answer


def _arrival(content: str = "Fine.") -> Arrival:
    return arrive("site", Comment(content), content.encode(), 0)


def _answer(arrival: Arrival) -> Answer:
    decided = DecidedComment(
        arrival.comment.content,
        "site",
        None,
        0,
        b"",
        False,
        Decision.APPROVE,
        0.1,
        (),
        (),
        (),
        "",
        0,
    )
    return Answer(decided, replayed=False)


@dataclass
class Worker:
    """Decides when it is let go, and remembers what came together."""

    go: threading.Event = field(default_factory=threading.Event)
    batches: list[int] = field(default_factory=list)
    fault: Problem | None = None

    def decide(self, arrivals: Sequence[Arrival]) -> list[Answer | Problem]:
        assert self.go.wait(10)
        self.batches.append(len(arrivals))
        if self.fault is not None:
            raise self.fault
        return [
            Conflict("twice") if one.comment.content == "twice" else _answer(one)
            for one in arrivals
        ]


def _batcher(worker: Worker, *, size: int = 256, seconds: float = 5, batch: int = 64) -> Batcher:
    return Batcher(worker.decide, Metrics(), size=size, seconds=seconds, batch=batch)


async def _taken(batcher: Batcher, waiting: int) -> None:
    """Wait until no more than so many are left in the queue."""
    while len(batcher._queue) > waiting:
        await asyncio.sleep(0)


def test_all_that_wait_are_decided_together_up_to_the_batch_size() -> None:
    async def run() -> list[Answer]:
        worker = Worker()
        batcher = _batcher(worker, batch=4)
        batcher.start()
        first = asyncio.ensure_future(batcher.submit(_arrival("0")))
        while not batcher._queue:
            await asyncio.sleep(0)
        await _taken(batcher, 0)
        rest = [asyncio.ensure_future(batcher.submit(_arrival(str(n)))) for n in range(1, 7)]
        await asyncio.sleep(0)
        worker.go.set()
        answers = await asyncio.gather(first, *rest)
        await batcher.close()
        assert worker.batches == [1, 4, 2]
        return answers

    answers = asyncio.run(run())
    assert [answer.decided.id for answer in answers] == [str(n) for n in range(7)]


def test_a_full_queue_refuses_at_once() -> None:
    async def run() -> None:
        worker = Worker()
        batcher = _batcher(worker, size=2)
        waiting = [asyncio.ensure_future(batcher.submit(_arrival())) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded) as fault:
            await batcher.submit(_arrival())
        assert fault.value.headers["Retry-After"]
        worker.go.set()
        batcher.start()
        await asyncio.gather(*waiting)
        await batcher.close()

    asyncio.run(run())


def test_who_waited_too_long_is_refused() -> None:
    async def run() -> None:
        worker = Worker()
        worker.go.set()
        batcher = _batcher(worker, seconds=0)
        batcher.start()
        with pytest.raises(Overloaded):
            await batcher.submit(_arrival())
        await batcher.close()
        assert worker.batches == []

    asyncio.run(run())


def test_one_problem_is_nobody_elses() -> None:
    async def run() -> None:
        worker = Worker()
        worker.go.set()
        batcher = _batcher(worker)
        good, bad = (
            asyncio.ensure_future(batcher.submit(_arrival(text))) for text in ("fine", "twice")
        )
        await asyncio.sleep(0)
        batcher.start()
        assert (await good).decided.id == "fine"
        with pytest.raises(Conflict):
            await bad
        await batcher.close()

    asyncio.run(run())


def test_a_fault_of_the_store_is_told_to_all_and_the_worker_goes_on() -> None:
    async def run() -> None:
        worker = Worker(fault=StoreUnavailable("away"))
        worker.go.set()
        batcher = _batcher(worker)
        batcher.start()
        with pytest.raises(StoreUnavailable):
            await batcher.submit(_arrival())
        worker.fault = None
        assert (await batcher.submit(_arrival("back"))).decided.id == "back"
        await batcher.close()

    asyncio.run(run())


def test_closing_decides_those_that_wait_and_refuses_those_that_come() -> None:
    async def run() -> None:
        worker = Worker()
        worker.go.set()
        batcher = _batcher(worker)
        waiting = asyncio.ensure_future(batcher.submit(_arrival("last")))
        await asyncio.sleep(0)
        batcher.start()
        await batcher.close()
        assert (await waiting).decided.id == "last"
        with pytest.raises(Overloaded):
            await batcher.submit(_arrival())

    asyncio.run(run())
