"""What was acknowledged is on disk, whatever is killed."""

import asyncio
import json
import random
import sqlite3
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


async def _kill_under_load(one: Replica, blog: Blog, source: random.Random) -> int:
    sending = asyncio.create_task(blog.run())
    kills = 0
    while kills < SCALE.kills or len(blog.acknowledged) < SCALE.acknowledged:
        await asyncio.sleep(source.uniform(0.3, 1.5))
        one.kill()
        kills += 1
        await asyncio.to_thread(one.start)
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
