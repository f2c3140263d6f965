"""What was acknowledged is on disk, whatever is killed."""

import asyncio
import json
import os
import random
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.reliability.blog import Blog
from tests.reliability.replica import Replica, replica
from tests.reliability.scale import SCALE

pytestmark = pytest.mark.reliability
STORED = "SELECT comment_id, decision, score, reasons, evidence, bundle FROM decisions"


def test_what_was_acknowledged_survives_kills(
    tmp_path: Path, bundle: Path, database: dict[str, object], seed: int
) -> None:
    with replica(tmp_path, bundle, **database) as one:
        blog = Blog([one.port], seed)
        kills = asyncio.run(_kill_under_load(one, blog, random.Random(seed)))
        stored = _stored(tmp_path, database)
    print(f"{kills} kills, {len(blog.acknowledged)} acknowledged, {len(stored)} stored")  # noqa: T201
    missing = blog.acknowledged.keys() - stored.keys()
    assert not missing
    for comment_id, decision in blog.acknowledged.items():
        assert stored[comment_id] == {name: decision[name] for name in stored[comment_id]}


def test_a_killed_decider_is_replaced_while_the_service_answers(
    tmp_path: Path, bundle: Path, seed: int
) -> None:
    with replica(tmp_path, bundle) as one:
        asyncio.run(_kill_the_decider(one, seed))


async def _kill_the_decider(one: Replica, seed: int) -> None:
    blog = Blog([one.port], seed)
    sending = asyncio.create_task(blog.run())
    await _until(lambda: len(blog.acknowledged) > 0)
    killed, before = one.decider(), len(blog.acknowledged)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    await _until(lambda: len(blog.acknowledged) > before + 200)
    blog.stopping = True
    await sending
    assert one.decider() not in (None, killed)
    assert blog.broken == 0
    assert {answer.status for _, answer in blog.answers} == {201, 503}
    assert await asyncio.to_thread(one.status, "/healthz") == 200


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.02)


async def _kill_under_load(one: Replica, blog: Blog, source: random.Random) -> int:
    sending = asyncio.create_task(blog.run())
    kills = 0
    while kills < SCALE.kills or len(blog.acknowledged) < SCALE.acknowledged:
        await asyncio.sleep(source.uniform(0.3, 1.5))
        if kills % 3 == 2 and (decider := one.decider()) is not None:
            os.kill(decider, signal.SIGKILL)
        else:
            one.kill()
            await asyncio.to_thread(one.start)
        kills += 1
        if sending.done():
            break
    blog.stopping = True
    await sending
    return kills


def _stored(folder: Path, database: dict[str, object]) -> dict[str, dict[str, Any]]:
    if database:
        with psycopg.connect(str(database["database_url"])) as connection:
            rows = connection.execute(STORED).fetchall()
    else:
        with sqlite3.connect(folder / "data" / "winnow.db") as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            rows = file.execute(STORED).fetchall()
    return {
        row[0]: {
            "decision": row[1],
            "score": row[2],
            "reasons": json.loads(row[3]),
            "evidence": json.loads(row[4]),
            "bundle": row[5],
        }
        for row in rows
    }
