"""A database that is away, frozen, locked or full: honest refusals, and back at once."""

import asyncio
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.reliability.blog import Blog, comment
from tests.reliability.cluster import Cluster
from tests.reliability.conftest import emptied
from tests.reliability.replica import Replica, replica
from tests.reliability.scale import SCALE

pytestmark = pytest.mark.reliability
# The answer has to come within the decision's deadline; the rest is the client's own on a busy machine.
ANSWER_SECONDS = 3.5
MEGABYTE = 1 << 20


@pytest.mark.postgres
def test_an_outage_is_honest_and_heals_itself(
    tmp_path: Path, bundle: Path, own_cluster: Cluster, seed: int
) -> None:
    outages = {
        "stopped": (own_cluster.stop, own_cluster.start),
        "frozen": (own_cluster.freeze, own_cluster.thaw),
    }
    url = emptied(own_cluster)
    with replica(tmp_path, bundle, database_url=url) as one:
        for number, (kind, (away, back)) in enumerate(outages.items()):
            blog = Blog(
                [one.port], seed + number, clients=8, body=lambda source, _: comment(source)
            )
            healed = asyncio.run(_outage(one, blog, away, back))
            print(f"{kind}: first success {healed:.2f} s after its return")  # noqa: T201
            assert healed <= 2
            with psycopg.connect(url) as connection:
                stored = connection.execute("SELECT id FROM comments").fetchall()
            assert blog.acknowledged.keys() <= {row[0] for row in stored}


async def _outage(
    one: Replica, blog: Blog, away: Callable[[], None], back: Callable[[], None]
) -> float:
    sending = asyncio.create_task(blog.run())
    await _until(lambda: len(blog.acknowledged) > 20)
    threads = one.measure()["threads"]
    await asyncio.to_thread(away)
    # What was on its way is answered now; from here on nothing can be stored.
    await asyncio.sleep(ANSWER_SECONDS)
    gone = time.monotonic()
    while time.monotonic() < gone + SCALE.outage_seconds:
        assert await asyncio.to_thread(one.status, "/healthz") == 200
        assert await asyncio.to_thread(one.status, "/readyz") == 503
        await asyncio.sleep(0.2)
    during = [answer for at, answer in blog.answers if at > gone]
    assert during
    assert {answer.status for answer in during} == {503}
    assert all("retry-after" in answer.fields for answer in during)
    assert max(answer.seconds for answer in during) < ANSWER_SECONDS
    assert one.measure()["threads"] <= threads + 10
    await asyncio.to_thread(back)
    returned = time.monotonic()

    def successes() -> list[float]:
        return [at for at, answer in blog.answers if at > returned and answer.status == 201]

    await _until(lambda: bool(successes()))
    blog.stopping = True
    await sending
    assert blog.broken == 0
    return successes()[0] - returned


def test_a_locked_database_delays_and_loses_nothing(
    tmp_path: Path, bundle: Path, seed: int
) -> None:
    with replica(tmp_path, bundle) as one:
        blog = Blog([one.port], seed, clients=8)
        asyncio.run(_locked(one, blog, tmp_path / "data" / "winnow.db"))
    assert {answer.status for _, answer in blog.answers} == {201, 503}
    assert max(answer.seconds for _, answer in blog.answers) < ANSWER_SECONDS


async def _locked(one: Replica, blog: Blog, file: Path) -> None:
    sending = asyncio.create_task(blog.run())
    await _until(lambda: len(blog.acknowledged) > 20)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    before = len(blog.acknowledged)
    await _until(lambda: blog.answers[-1][1].status == 503)
    assert await asyncio.to_thread(one.status, "/readyz") == 200, "reading is possible"
    holder.execute("ROLLBACK")
    holder.close()
    await _until(lambda: len(blog.acknowledged) > before + 20)
    blog.stopping = True
    await sending


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a small file system")
def test_a_full_disk_is_survived(tmp_path: Path, bundle: Path, seed: int) -> None:
    with _small_disk(tmp_path / "data") as disk, replica(tmp_path, bundle) as one:
        blog = Blog([one.port], seed, clients=8)
        asyncio.run(_filled(one, blog, disk))
        one.stop()
        with sqlite3.connect(disk / "winnow.db") as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            stored = {row[0] for row in file.execute("SELECT id FROM comments")}
    assert blog.acknowledged.keys() <= stored


async def _filled(one: Replica, blog: Blog, disk: Path) -> None:
    sending = asyncio.create_task(blog.run())
    await _until(lambda: bool(blog.answers) and blog.answers[-1][1].status == 503)
    full = len(blog.acknowledged)
    some = next(iter(blog.acknowledged))
    assert await asyncio.to_thread(one.status, "/healthz") == 200
    assert some
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
    await _until(lambda: len(blog.acknowledged) > full + 20)
    blog.stopping = True
    await sending
    assert {answer.status for _, answer in blog.answers} == {201, 503}


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "winnow", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


async def _until(condition: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)
