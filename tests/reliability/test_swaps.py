"""A bundle that is swapped, truncated, damaged or gone while comments are scored: nobody notices."""

import asyncio
import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import pytest

from models.bundle import Bundle, load_bundle
from models.comment import Author, Comment
from models.scorer import Scorer
from service.clock import now
from service.house import House, build
from service.loop.bundles import Switch
from service.loop.promotion import Promotion, PromotionKind
from service.settings import Settings
from service.store.bundles import add_promotion, newest_promotion
from tests.reliability.blog import Blog, comment
from tests.reliability.replica import Replica, replica
from tests.reliability.scale import LONG
from tests.service.other_bundle import other_bundle

pytestmark = pytest.mark.reliability
Harm = Callable[[Path], object]


def test_a_swap_while_scoring_mixes_nothing_and_a_harmed_bundle_never_serves(
    tmp_path: Path, bundle: Path, seed: int
) -> None:
    sent: dict[str, Comment] = {}
    started_from = tmp_path / "bundle"
    shutil.copytree(bundle, started_from)
    good, bad = other_bundle(), other_bundle(2.0, "2026-03-03T00:00:00Z")
    with replica(tmp_path, started_from) as one:
        shutil.rmtree(started_from)
        given = {"data_dir": tmp_path / "data", "bundle_dir": bundle}
        house = build(Settings.model_validate(given))
        for added in (good, bad):
            house.bundles.add(added, "Ada", "added")
        blog = Blog([one.port], seed, clients=8, body=lambda source, _: _noted(source, sent))
        asyncio.run(_swap(one, blog, house, (good, bad), _harms(random.Random(seed))))
        house.store.close()
    scorers = {made.version: Scorer(made) for made in (load_bundle(bundle), good)}
    assert {answer.status for _, answer in blog.answers} <= {201, 503}
    assert {str(answer["bundle"]) for answer in blog.acknowledged.values()} == set(scorers)
    for answer in blog.acknowledged.values():
        expected = scorers[str(answer["bundle"])].score([sent[str(answer["external_id"])]])[0]
        assert answer["score"] == pytest.approx(float(expected), abs=1e-9)
    assert blog.broken == 0


def _noted(source: random.Random, sent: dict[str, Comment]) -> dict[str, object]:
    name = str(len(sent))
    body = comment(source, external_id=name)
    author = body["author"]
    assert isinstance(author, dict)
    sent[name] = Comment(str(body["content"]), Author(**author))
    return body


async def _swap(
    one: Replica, blog: Blog, house: House, bundles: tuple[Bundle, Bundle], harms: Sequence[Harm]
) -> None:
    good, bad = bundles
    sending = asyncio.create_task(blog.run())
    place = house.bundles.folder.place(bad.version)
    first = house.bundles.first.version
    for harm in harms:
        whole = place.with_name("whole")
        shutil.copytree(place, whole)
        harm(place)
        _promote(house, bad.version)
        await _until(one, "fault", bad.version)
        for version in (good.version, first):
            house.bundles.activate(Switch(version, "Ada", "swapped back"))
            await _until(one, "bundle", version)
            await _answered_by(blog, version)
        shutil.rmtree(place, ignore_errors=True)
        whole.rename(place)
    blog.stopping = True
    await sending


def _promote(house: House, version: str) -> None:
    """Promote as a replica does whose own copy is whole."""
    with house.store.writing() as connection:
        newest = newest_promotion(connection)
        number = newest.number + 1 if newest else 1
        kind = PromotionKind.ACTIVATE
        add_promotion(connection, Promotion(number, version, kind, "Ada", "tried", now()))


async def _until(one: Replica, name: str, version: str) -> None:
    """Wait until the service names this version there."""
    async with asyncio.timeout(60), httpx.AsyncClient(trust_env=False, timeout=30) as client:
        while version not in (await client.get(f"{one.address}/readyz")).json().get(name, ""):
            await asyncio.sleep(0.05)


async def _answered_by(blog: Blog, version: str) -> None:
    async with asyncio.timeout(60):
        while blog.answers[-1][1].status != 201 or blog.answers[-1][1].json["bundle"] != version:
            await asyncio.sleep(0.02)


def _truncate(place: Path) -> None:
    weights = place / "weights.npy"
    weights.write_bytes(weights.read_bytes()[:1000])


def _damage(place: Path) -> None:
    weights = place / "weights.npy"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)


def _harms(source: random.Random) -> list[Harm]:
    harms: list[Harm] = [_truncate, _damage, shutil.rmtree]
    return harms * 10 if LONG else [source.choice(harms)]
