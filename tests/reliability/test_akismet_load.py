"""Conformance point 22: an Akismet client gives up after a second, so it is answered sooner."""

import asyncio
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.blog import Answer, Line, comment, percentile
from tests.reliability.replica import ROOT, Replica, replica
from tests.reliability.scale import LONG, SCALE


@pytest.mark.reliability
@pytest.mark.parametrize("clients", [32, 400])
def test_22_a_check_is_answered_within_a_second_under_load(
    tmp_path: Path, bundle: Path, seed: int, clients: int
) -> None:
    with replica(tmp_path, bundle, queue_size=64) as one:
        found = asyncio.run(_flood(one, _key(one), clients, seed))
    decided = [answer for answer in found if answer.status == 200]
    took = [answer.seconds for answer in found]
    print(  # noqa: T201
        f"{clients} clients: {len(decided) / SCALE.overload_seconds:.0f} checks/s, "
        f"{len(found) - len(decided)} refused, p99 {percentile(took, 0.99):.3f} s, "
        f"slowest {max(took):.3f} s"
    )
    assert {answer.status for answer in found} <= {200, 503}
    assert all("x-akismet-guid" in answer.fields for answer in found)
    assert {answer.body for answer in decided} <= {b"true", b"false"}
    assert decided
    if LONG:
        assert percentile(took, 0.99) < 1


async def _flood(one: Replica, key: str, clients: int, seed: int) -> list[Answer]:
    found: list[Answer] = []
    over = asyncio.Event()

    async def send(number: int) -> None:
        source, line = random.Random(f"{seed}/{number}"), Line(one.port)
        while not over.is_set():
            fields = {
                "api_key": key,
                "blog": "http://blog.example",
                "user_ip": "192.0.2.7",
                "comment_content": str(comment(source)["content"]),
            }
            found.append(await line.post_form(fields, "/1.1/comment-check"))
        line.close()

    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            group.create_task(send(number))
        await asyncio.sleep(SCALE.overload_seconds)
        over.set()
    return found


def _key(one: Replica) -> str:
    command = [sys.executable, "-m", "service", "keys", "add", "default", "--akismet", "--json"]
    made = subprocess.check_output(command, cwd=ROOT, env={**os.environ, **one.environ})
    key: str = json.loads(made)[0]["secret"]
    return key
