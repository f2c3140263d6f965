import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from models.comment import Comment
from service.deciding import batching
from service.deciding.answer import Answer
from service.deciding.arrival import Arrival, arrive
from service.deciding.batching import Batcher
from service.deciding.decision import DecidedComment, Decision
from service.deciding.reply import Reply
from service.deciding.thread import DecidingThread
from service.errors import Overloaded, Problem, StoreUnavailable
from service.metrics import Metrics

ARRIVAL = arrive("site", Comment("Hello"), b"{}", 1)
DECIDED = DecidedComment(
    id="1",
    site_id="site",
    external_id=None,
    received_at=1,
    document=b"{}",
    test=False,
    decision=Decision.HOLD,
    score=0.5,
    reasons=(),
    evidence=(),
    signals=(),
    bundle="b",
    policy_version=0,
)


class SlowStore:
    """Decides when it is told to; notes how many came together."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        self.begun = threading.Event()
        self.sizes: list[int] = []

    def decide(self, arrivals: Sequence[Arrival]) -> list[Answer | Problem]:
        self.sizes.append(len(arrivals))
        self.begun.set()
        self.goes_on.wait(10)
        return [Answer(replace(DECIDED, id=str(n)), replayed=False) for n in range(len(arrivals))]


async def _batcher(store: SlowStore, size: int = 8, seconds: float = 5) -> Batcher:
    batcher = Batcher(DecidingThread(store.decide), Metrics(), size=size, seconds=seconds, batch=4)
    await batcher.start()
    return batcher


async def _begun(store: SlowStore) -> None:
    await asyncio.to_thread(store.begun.wait, 10)


def test_what_waits_is_decided_together_and_no_more_than_a_batch() -> None:
    async def run() -> list[Reply]:
        batcher = await _batcher(store)
        first = asyncio.create_task(batcher.submit(ARRIVAL))
        await _begun(store)
        others = [asyncio.create_task(batcher.submit(ARRIVAL)) for _ in range(6)]
        await asyncio.sleep(0)
        store.goes_on.set()
        answers = await asyncio.gather(first, *others)
        await batcher.close()
        return answers

    store = SlowStore()
    assert len(asyncio.run(run())) == 7
    assert store.sizes == [1, 4, 2]


class OneAhead(DecidingThread):
    """Takes the next batch while it decides the first, as the process that decides does."""

    ahead = 2


def test_the_next_batch_leaves_before_the_first_is_decided_once_it_is_worth_it() -> None:
    store = SlowStore()

    async def scenario() -> None:
        batcher = Batcher(OneAhead(store.decide), Metrics(), size=64, seconds=5, batch=32)
        await batcher.start()
        first = asyncio.create_task(batcher.submit(ARRIVAL))
        await _begun(store)
        others = [asyncio.create_task(batcher.submit(ARRIVAL)) for _ in range(batching.LEAST_AHEAD)]
        await asyncio.sleep(0)
        others += [asyncio.create_task(batcher.submit(ARRIVAL)) for _ in range(3)]
        await asyncio.sleep(0)
        store.goes_on.set()
        await asyncio.gather(first, *others)
        await batcher.close()

    asyncio.run(scenario())
    assert store.sizes == [1, batching.LEAST_AHEAD, 3]


def test_over_its_size_the_queue_refuses_at_once() -> None:
    async def run() -> None:
        batcher = await _batcher(store, size=2)
        tasks = [asyncio.create_task(batcher.submit(ARRIVAL))]
        await _begun(store)
        tasks += [asyncio.create_task(batcher.submit(ARRIVAL)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await batcher.submit(ARRIVAL)
        with pytest.raises(Overloaded):
            batcher.admit()
        store.goes_on.set()
        assert len(await asyncio.gather(*tasks)) == 3
        await batcher.close()

    store = SlowStore()
    asyncio.run(run())


def test_who_waits_too_long_is_refused_while_the_store_is_busy() -> None:
    async def run() -> None:
        batcher = await _batcher(store, seconds=0.1)
        first = asyncio.create_task(batcher.submit(ARRIVAL))
        await _begun(store)
        with pytest.raises(Overloaded):
            await batcher.submit(ARRIVAL)
        assert not first.done()
        store.goes_on.set()
        await first
        await batcher.close()

    store = SlowStore()
    asyncio.run(run())


def test_a_store_that_does_not_come_back_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        batcher = await _batcher(store)
        with pytest.raises(StoreUnavailable):
            await batcher.submit(ARRIVAL)
        store.goes_on.set()
        await batcher.close()

    monkeypatch.setattr(batching, "DECISION_SECONDS", 0.1)
    store = SlowStore()
    asyncio.run(run())


def test_closing_decides_what_waits_and_refuses_what_comes() -> None:
    async def run() -> None:
        batcher = await _batcher(store)
        tasks = [asyncio.create_task(batcher.submit(ARRIVAL)) for _ in range(3)]
        await _begun(store)
        closing = asyncio.create_task(batcher.close())
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await batcher.submit(ARRIVAL)
        store.goes_on.set()
        await closing
        assert all(task.done() for task in tasks)

    store = SlowStore()
    asyncio.run(run())


def test_one_fault_is_the_fault_of_all_that_were_decided_together() -> None:
    def broken(arrivals: Sequence[Arrival]) -> list[Answer | Problem]:
        raise StoreUnavailable("away")

    async def run() -> None:
        batcher = Batcher(DecidingThread(broken), Metrics(), size=8, seconds=5, batch=4)
        await batcher.start()
        outcomes = await asyncio.gather(
            *(batcher.submit(ARRIVAL) for _ in range(3)), return_exceptions=True
        )
        assert all(isinstance(one, StoreUnavailable) for one in outcomes)
        await batcher.close()

    asyncio.run(run())
