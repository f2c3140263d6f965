"""Too many requests, and clients that stall: quick refusals, and the others never notice."""

import asyncio
import json
import random
import socket
import sys
import time
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.reliability.blog import Blog, Line, comment, percentile
from tests.reliability.replica import ROOT, Replica, replica
from tests.reliability.scale import LONG, SCALE

pytestmark = pytest.mark.reliability
LIMITS: dict[str, object] = {
    "queue_size": 64,
    "head_seconds": 2,
    "request_seconds": 3,
    "max_connections": 5_000,
}
# More than the machine has capacity for a thousand times a second.
KEYS = 8


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory, bundle: Path) -> Iterator[Replica]:
    with replica(tmp_path_factory.mktemp("load"), bundle, **LIMITS) as running:
        yield running


def test_overload_is_refused_quickly_and_ends(one: Replica, seed: int) -> None:
    asyncio.run(_overload(one, seed))


async def _overload(one: Replica, seed: int) -> None:
    keys = [one.add_key() for _ in range(KEYS)]
    quiet, _ = await _flooded(one, seed, clients=32, seconds=SCALE.overload_seconds / 2, keys=keys)
    flood, beside = await _flooded(
        one, seed + 1, clients=400, seconds=SCALE.overload_seconds, keys=keys
    )
    after = await _recovered(one, seed + 2)
    capacity = quiet[201] / (SCALE.overload_seconds / 2)
    goodput = flood[201] / SCALE.overload_seconds
    accepted = [answer.seconds for _, answer in beside.answers if answer.status == 201]
    refused = [answer.seconds for _, answer in beside.answers if answer.status == 503]
    print(  # noqa: T201
        f"capacity {capacity:.0f}/s, goodput {goodput:.0f}/s, {flood[503]} refused; beside it "
        f"{len(accepted)} accepted, p99 {percentile(accepted or [0.0], 0.99):.3f} s, {len(refused)} refused, "
        f"p99 {percentile(refused or [0.0], 0.99):.3f} s"
    )
    assert flood.keys() == {201, 503}
    assert {answer.status for _, answer in beside.answers} <= {201, 503}
    assert all("retry-after" in one.fields for _, one in beside.answers if one.status == 503)
    assert {answer.status for _, answer in after.answers} == {201}
    assert beside.broken == after.broken == 0
    if LONG:
        assert goodput >= 0.8 * capacity
        assert percentile(accepted or [0.0], 0.99) <= 0.5
        assert percentile(refused or [0.0], 0.99) <= 0.1


async def _flooded(
    one: Replica, seed: int, clients: int, seconds: float, keys: Sequence[str]
) -> tuple[Counter[int], Blog]:
    """Flood from another process; return its statuses, and what eight ordinary clients met beside it."""
    numbers = [str(part) for part in (one.port, seconds, clients, seed)]
    program = [sys.executable, "-m", "tests.reliability.flood", *numbers, *keys]
    flooding = await asyncio.create_subprocess_exec(*program, cwd=ROOT, stdout=PIPE)
    beside = Blog([one.port], seed, clients=8, body=lambda source, _: comment(source))
    sending = asyncio.create_task(beside.run())
    said, _ = await flooding.communicate()
    beside.stopping = True
    await sending
    return Counter({int(status): count for status, count in json.loads(said).items()}), beside


async def _recovered(one: Replica, seed: int) -> Blog:
    """Send at an ordinary rate until nothing is refused any more; at full length, for two seconds."""
    for attempt in range(1 if LONG else 10):
        after = await _load(one, seed + attempt, clients=8, seconds=2)
        if {answer.status for _, answer in after.answers} == {201}:
            break
    return after


async def _load(one: Replica, seed: int, clients: int, seconds: float) -> Blog:
    blog = Blog([one.port], seed, clients, body=lambda source, _: comment(source))
    sending = asyncio.create_task(blog.run())
    await asyncio.sleep(seconds)
    blog.stopping = True
    await sending
    return blog


def test_stalled_clients_cost_the_others_nothing(one: Replica, seed: int) -> None:
    asyncio.run(_stall(one, random.Random(seed)))


async def _stall(one: Replica, source: random.Random) -> None:
    before = one.measure()["descriptors"]
    quiet = await _regular(one, source)
    beginnings = (
        b"",
        b"POST /v1/comm",
        b"POST /v1/comments HTTP/1.1\r\nContent-Length: 9\r\n\r\n{",
    )
    stalled = [socket.create_connection(("127.0.0.1", one.port)) for _ in range(SCALE.stalled)]
    for number, connection in enumerate(stalled):
        connection.sendall(beginnings[number % len(beginnings)])
    beside = await _regular(one, source)
    print(  # noqa: T201
        f"{SCALE.stalled} stalled: p99 {percentile(beside, 0.99):.3f} s, "
        f"quiet {percentile(quiet, 0.99):.3f} s"
    )
    if LONG:
        assert percentile(beside, 0.99) <= 2 * percentile(quiet, 0.99)
    async with asyncio.timeout(30):
        while one.measure()["descriptors"] > before + 2:
            await asyncio.sleep(0.05)
    for connection in stalled:
        connection.close()


async def _regular(one: Replica, source: random.Random) -> list[float]:
    """Send fifty comments a second, one by one; return how long each took."""
    line, took = Line(one.port), []
    for _ in range(500 if LONG else 50):
        answer = await line.post(comment(source))
        assert answer.status == 201
        took.append(answer.seconds)
        await asyncio.sleep(0.02)
    line.close()
    return took


def test_memory_stays_flat(one: Replica, seed: int) -> None:
    measured = asyncio.run(_remember(one, seed))
    first, last = measured[0], measured[-1]
    print(f"{SCALE.remembered} comments:", *measured, sep="\n  ")  # noqa: T201
    assert last["threads"] <= first["threads"]
    assert abs(last["descriptors"] - first["descriptors"]) <= 2
    if LONG:
        assert last["megabytes"] - first["megabytes"] <= 5 * SCALE.remembered / 1_000_000


async def _remember(one: Replica, seed: int) -> list[dict[str, float]]:
    """Warm up with a twentieth, then measure at the start and the end of the rest."""
    blog = Blog([one.port], seed, clients=32, body=lambda source, _: comment(source, test=True))
    sending = asyncio.create_task(blog.run())
    measured, sent = [], 0
    began = time.monotonic()
    for share in (0.05, 0.25, 0.5, 0.75, 1.0):
        while sent + len(blog.acknowledged) < share * SCALE.remembered:
            await asyncio.sleep(0.05)
            if len(blog.answers) > 10_000:
                sent += len(blog.acknowledged)
                blog.acknowledged.clear()
                blog.answers.clear()
        measured.append(await asyncio.to_thread(one.measure))
    blog.stopping = True
    await sending
    print(f"{SCALE.remembered / (time.monotonic() - began):.0f} comments/s")  # noqa: T201
    return measured
