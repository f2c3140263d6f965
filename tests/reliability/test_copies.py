"""However often and however concurrently a comment comes: one row, one answer."""

import asyncio
import random
from pathlib import Path

import psycopg
import pytest

from tests.reliability.blog import Line, comment
from tests.reliability.cluster import Cluster
from tests.reliability.conftest import emptied
from tests.reliability.replica import Replica, replica
from tests.reliability.scale import SCALE

pytestmark = [pytest.mark.reliability, pytest.mark.postgres]
COPIES = 64


def test_copies_over_two_replicas_with_kills_make_one_row_and_one_answer(
    tmp_path: Path, bundle: Path, own_cluster: Cluster, seed: int
) -> None:
    url = emptied(own_cluster)
    with (
        replica(tmp_path / "one", bundle, database_url=url) as one,
        replica(tmp_path / "two", bundle, database_url=url) as two,
    ):
        answers = asyncio.run(_send_copies([one, two], random.Random(seed)))
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT count(*), count(DISTINCT external_id) FROM comments")
        assert rows.fetchone() == (SCALE.copied_ids, SCALE.copied_ids)
    assert {len(bodies) for bodies in answers.values()} == {1}
    assert len(answers) == SCALE.copied_ids


async def _send_copies(replicas: list[Replica], source: random.Random) -> dict[str, set[bytes]]:
    answers: dict[str, set[bytes]] = {}
    kill_at = set(source.sample(range(1, SCALE.copied_ids), SCALE.copy_kills))
    lines = [Line(replicas[number % 2].port) for number in range(COPIES)]
    for number in range(SCALE.copied_ids):
        body = comment(source, external_id=str(number))
        copies = [_insist(line, body) for line in lines]
        killing = _kill(source.choice(replicas), source) if number in kill_at else _nothing()
        *bodies, _ = await asyncio.gather(*copies, killing)
        answers[str(number)] = {answer for answer in bodies if answer}
    for line in lines:
        line.close()
    return answers


async def _insist(line: Line, body: dict[str, object]) -> bytes:
    while True:
        try:
            answer = await line.post(body)
        except ConnectionError:
            await asyncio.sleep(0.05)
            continue
        if answer.status == 201:
            return answer.body
        assert answer.status == 503, answer
        await asyncio.sleep(0.05)


async def _kill(one: Replica, source: random.Random) -> bytes:
    await asyncio.sleep(source.uniform(0, 0.05))
    one.kill()
    await asyncio.to_thread(one.start)
    return b""


async def _nothing() -> bytes:
    return b""
