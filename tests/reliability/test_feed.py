"""Eight writers on two replicas, and a reader of the feed that is killed again and again."""

import asyncio
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.reliability.blog import Answer, Line, comment
from tests.reliability.replica import ROOT, Replica, replica
from tests.reliability.scale import SCALE

pytestmark = pytest.mark.reliability
WRITERS, AT_ONCE, ERASED = 8, 32, 0.02
REACHED = 600.0
STANDINGS = "SELECT id, standing FROM comments"
NEWEST = "SELECT last_change FROM sites"


@dataclass
class Reader:
    """The reader's process, and what it has written down."""

    file: Path
    addresses: tuple[str, ...]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.reliability.feed_reader", str(self.file)]
        self.process = subprocess.Popen([*command, *self.addresses], cwd=ROOT)

    def kill(self) -> None:
        assert self.process is not None
        assert self.process.poll() is None, "the reader ended by itself"
        self.process.kill()
        self.process.wait()

    def count(self) -> int:
        """Return how many changes it has seen."""
        if not self.file.exists():
            return 0
        with closing(sqlite3.connect(self.file)) as own:
            tables = own.execute("SELECT count(*) FROM sqlite_master WHERE name = 'seen'")
            if not tables.fetchone()[0]:
                return 0
            return int(own.execute("SELECT count(*) FROM seen").fetchone()[0])

    def seen(self) -> list[tuple[int, str, str | None]]:
        with closing(sqlite3.connect(self.file)) as own:
            return own.execute("SELECT * FROM seen ORDER BY rowid").fetchall()


@pytest.mark.timeout(7200)
def test_a_killed_reader_sees_each_change_of_eight_writers_once(
    tmp_path: Path, bundle: Path, database: dict[str, object], seed: int
) -> None:
    shared = {"data_dir": tmp_path / "data", **database}
    with (
        replica(tmp_path / "one", bundle, **shared) as one,
        replica(tmp_path / "two", bundle, **shared) as two,
    ):
        reader = Reader(tmp_path / "blog.db", (one.address, two.address))
        began = time.monotonic()
        kills = asyncio.run(_write_and_kill([one, two], reader, seed))
        ((newest,),) = _query(shared, NEWEST)
        asyncio.run(_until(lambda: reader.count() >= newest))
        reader.kill()
        seconds = time.monotonic() - began
        stored = dict(_query(shared, STANDINGS))
    seen = reader.seen()
    print(f"{newest} changes, {kills} kills of the reader, {seconds:.0f} s")  # noqa: T201
    assert newest >= SCALE.changes
    assert [position for position, _, _ in seen] == list(range(1, newest + 1))
    assert _replayed(seen) == stored


async def _write_and_kill(replicas: list[Replica], reader: Reader, seed: int) -> int:
    """Return how often the reader was killed while the writers wrote."""
    source = random.Random(seed)
    writing = asyncio.gather(
        *(
            _write(Line(replicas[number % 2].port), random.Random(f"{seed}/{number}"))
            for number in range(WRITERS)
        )
    )
    kills = 0
    while kills < SCALE.feed_kills or not writing.done():
        reader.start()
        before = reader.count()
        await _until(lambda before=before: reader.count() > before or writing.done())  # type: ignore[misc]
        await asyncio.sleep(source.uniform(0, 0.5))
        reader.kill()
        kills += 1
    await writing
    reader.start()
    return kills


async def _write(line: Line, source: random.Random) -> None:
    """Send comments in batches, label them, erase a few, until this writer's share is made."""
    made = 0
    with closing(line):
        while made < SCALE.changes / WRITERS:
            batch = {"comments": [comment(source) for _ in range(source.randint(1, AT_ONCE))]}
            items = (await _insist(line, batch, "/v1/comments/batch")).json["items"]
            known = [item["decision"]["id"] for item in items if item["status"] == 201]
            labels = [{"comment_id": one, "label": source.choice(("spam", "ham"))} for one in known]
            if labels:
                await _insist(line, {"labels": labels}, "/v1/labels")
            gone = [one for one in known if source.random() < ERASED]
            for one in gone:
                await _insist(line, {}, f"/v1/comments/{one}", "DELETE")
            made += 2 * len(known) + len(gone)


async def _insist(line: Line, body: object, path: str, method: str = "POST") -> Answer:
    """Ask again after a 503: what it was about may have been done, so that it may be gone by now."""
    asked = 0
    while True:
        asked += 1
        answer = await line.post(body, path, method)
        if answer.status != 503:
            assert answer.status < 300 or (answer.status == 404 and asked > 1), answer
            return answer
        await asyncio.sleep(0.05)


async def _until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + REACHED
    while not what():
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.02)


def _replayed(seen: list[tuple[int, str, str | None]]) -> Mapping[str, str]:
    """Return how every comment stands for the reader; what was erased has no decision."""
    newest = {comment_id: decision for _, comment_id, decision in seen}
    return {name: decision for name, decision in newest.items() if decision is not None}


def _query(settings: Mapping[str, object], sql: str) -> list[Any]:
    if "database_url" in settings:
        with psycopg.connect(str(settings["database_url"])) as connection:
            return connection.execute(sql.encode()).fetchall()
    with closing(sqlite3.connect(Path(str(settings["data_dir"])) / "winnow.db")) as file:
        return file.execute(sql).fetchall()
