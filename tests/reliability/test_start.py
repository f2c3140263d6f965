"""Back in no time after a kill, with many comments in the store; damaged bundles; a clock that jumps."""

import asyncio
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from service.deciding.arrival import Arrival, arrive
from service.deciding.moderation import Moderator
from service.first_start import ensure_first_site
from service.house import build
from service.schemas import CommentIn
from service.settings import Settings
from service.store.migrate import migrate
from tests.reliability.blog import Line, comment
from tests.reliability.cluster import Cluster
from tests.reliability.conftest import emptied
from tests.reliability.replica import KEY, ROOT, replica
from tests.reliability.scale import LONG, SCALE

pytestmark = pytest.mark.reliability
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


def test_a_killed_service_is_back_at_once(tmp_path: Path, bundle: Path, seed: int) -> None:
    _fill(tmp_path / "data", bundle, random.Random(seed))
    took = []
    with replica(tmp_path, bundle) as one:
        for number in range(20 if LONG else 1):
            asyncio.run(_send(one.port, comment(random.Random(f"{seed}/{number}"))))
            one.kill()
            one.start()
            took.append(one.ready_seconds)
    print(f"{SCALE.stored_rows} comments: ready after {[round(one, 2) for one in took]} s")  # noqa: T201
    if LONG:
        assert sorted(took)[int(0.95 * len(took))] <= 1.5


def test_what_loads_behind_the_first_comments_is_waited_for(tmp_path: Path, bundle: Path) -> None:
    with replica(tmp_path, bundle) as one:
        for path in ("/review/login", "/openapi.json", "/metrics"):
            one.kill()
            one.start()
            assert one.status(path) == 200, one.log()


def _fill(data: Path, bundle: Path, source: random.Random) -> None:
    """Store many comments without the network between."""
    settings = Settings.model_validate({"data_dir": data, "bundle_dir": bundle, "api_key": KEY})
    house = build(settings)
    migrate(house.store)
    ensure_first_site(house.store, settings, house.new_id)
    with house.store.reading() as connection:
        site = connection.exec_driver_sql("SELECT id FROM sites").scalar_one()
    moderator = Moderator(house.store, house.scorer, house.new_id)
    for begin in range(0, SCALE.stored_rows, 500):
        moderator.decide([_arrival(source, site, begin + one) for one in range(500)])
    house.store.close()


def _arrival(source: random.Random, site: str, number: int) -> Arrival:
    sent = CommentIn.model_validate(comment(source))
    return arrive(site, sent.comment(), sent.document(), 1_700_000_000_000_000 + number)


async def _send(port: int, *bodies: dict[str, object]) -> Sequence[dict[str, object]]:
    line = Line(port)
    answers = [await line.post(body) for body in bodies]
    line.close()
    assert {answer.status for answer in answers} == {201}
    return [answer.json for answer in answers]


@pytest.mark.postgres
def test_a_start_waits_for_its_database(
    tmp_path: Path, bundle: Path, own_cluster: Cluster, seed: int
) -> None:
    outages = (
        (own_cluster.stop, own_cluster.start),
        (own_cluster.freeze, own_cluster.thaw),
    )
    with replica(tmp_path, bundle, database_url=emptied(own_cluster)) as one:
        for number, (away, back) in enumerate(outages, 1):
            one.kill()
            away()
            try:
                one.launch()
                while one.log().count("waiting_for_database") < number:
                    assert one.is_running(), one.log()
                    time.sleep(0.05)
            finally:
                back()
            one.until_ready()
            assert one.log().count("waiting_for_database") == number
            asyncio.run(_send(one.port, comment(random.Random(f"{seed}/{number}"))))


def test_a_damaged_bundle_is_refused_at_start_in_one_line(
    tmp_path: Path, bundle: Path, seed: int
) -> None:
    damages = ["truncated", "changed", "gone"]
    for damage in damages if LONG else [random.Random(seed).choice(damages)]:
        _refused(tmp_path / damage, bundle, seed, damage)


def _refused(folder: Path, bundle: Path, seed: int, damage: str) -> None:
    own = folder / "bundle"
    shutil.copytree(bundle, own)
    weights = own / "weights.npy"
    content = bytearray(weights.read_bytes())
    place = random.Random(seed).randrange(len(content))
    if damage == "gone":
        weights.unlink()
    elif damage == "truncated":
        weights.write_bytes(content[:place])
    else:
        content[place] ^= 1 << random.Random(seed).randrange(8)
        weights.write_bytes(content)
    environ = {"WINNOW_BUNDLE_DIR": str(own), "WINNOW_DATA_DIR": str(folder / "data")}
    done = subprocess.run(
        [sys.executable, "-m", "service", "serve"],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("winnow: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not Path(FAKETIME).exists(), reason="libfaketime is not installed")
def test_a_clock_that_jumps_back_breaks_nothing(
    tmp_path: Path, bundle: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("+0")
    faked = {
        "LD_PRELOAD": FAKETIME,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    source, ids = random.Random(seed), []
    for name, value in faked.items():
        monkeypatch.setenv(name, value)
    with replica(tmp_path, bundle) as one:
        for shift in ("+0", "-600", "+7200", "-7200"):
            clock.write_text(shift)
            answers = asyncio.run(_send(one.port, *(comment(source) for _ in range(3))))
            ids += [str(answer["id"]) for answer in answers]
        assert one.status("/readyz") == 200
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
