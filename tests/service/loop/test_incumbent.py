"""The switch in a running service: every answer from one whole bundle, and no fault takes it down."""

import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from models.comment import Comment
from models.scorer import Scorer
from service.edge.auth import Key, Scope, fingerprint
from service.house import House
from service.loop.bundles import Switch
from service.loop.incumbent import Incumbent
from service.metrics import Metrics
from service.settings import Settings
from service.store.keys import add_key
from tests.service.conftest import open_house
from tests.service.other_bundle import other_bundle
from tests.service.running import running
from tests.service.tiny_bundle import UNSURE, tiny_bundle

OPERATOR = {"Authorization": "Bearer wk_operator"}
OTHER = other_bundle()
SWITCHES = 40


@pytest.fixture
def switching(sqlite_settings: Settings) -> Iterator[tuple[House, httpx.Client]]:
    """A running service with two bundles, and an operator's key."""
    # No limit of a key may stand in the way of the load.
    house = open_house(sqlite_settings.model_copy(update={"key_rate": 1000, "key_burst": 5000}))
    key = Key(house.new_id(), None, frozenset({Scope.OPERATOR}))
    with house.store.writing() as connection:
        add_key(connection, key, fingerprint("wk_operator"), 0)
    house.bundles.add(OTHER, "Ada", "added")
    with running(house) as client:
        yield house, client


def _activate(client: httpx.Client, version: str) -> httpx.Response:
    return client.post(f"/v1/bundles/{version}/activate", json={"why": "tried"}, headers=OPERATOR)


def _wait_for(client: httpx.Client, version: str) -> None:
    for _ in range(400):
        if client.get("/readyz").json()["bundle"] == version:
            return
        time.sleep(0.01)
    raise AssertionError(client.get("/readyz").text)


def test_switches_under_load_fail_nothing_and_every_answer_is_its_bundles(
    switching: tuple[House, httpx.Client],
) -> None:
    house, client = switching
    first = house.bundles.first
    done = threading.Event()

    def ask(worker: int) -> list[dict[str, object]]:
        answers: list[dict[str, object]] = []
        while not done.is_set():
            body = {"content": f"{UNSURE} {worker} {len(answers)}"}
            answer = client.post("/v1/comments", json=body)
            assert answer.status_code == 201, answer.text
            answers.append({**body, **answer.json()})
        return answers

    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(ask, worker) for worker in range(4)]
        for number in range(SWITCHES):
            version = (OTHER, first)[number % 2].version
            assert _activate(client, version).status_code == 201
            _wait_for(client, version)
        done.set()
        answers = [answer for one in work for answer in one.result()]
    scorers = {bundle.version: Scorer(bundle) for bundle in (first, OTHER)}
    assert {answer["bundle"] for answer in answers} == set(scorers)
    for answer in answers:
        scorer = scorers[str(answer["bundle"])]
        expected = scorer.score([Comment(str(answer["content"]))])[0]
        assert answer["score"] == pytest.approx(float(expected), abs=1e-9)
    history = client.get("/v1/bundles", headers=OPERATOR).json()
    assert len(history["promotions"]) == SWITCHES + 1
    assert history["serving"] == history["incumbent"] == first.version


@pytest.mark.parametrize("harm", ["damage", "swap", "remove"])
def test_a_bundle_that_is_harmed_after_its_promotion_does_not_serve(
    switching: tuple[House, httpx.Client], harm: str
) -> None:
    house, client = switching
    first, place = house.bundles.first.version, house.bundles.folder.place(OTHER.version)
    house.incumbent.close()
    house.bundles.activate(Switch(OTHER.version, "Ada", "tried"))
    aside = place.with_name("aside")
    shutil.copytree(place, aside)
    if harm == "damage":
        (place / "weights.npy").write_bytes(b"\x93NUMPY")
    elif harm == "swap":
        shutil.rmtree(place)
        shutil.copytree(house.bundles.folder.place(first), place)
    else:
        shutil.rmtree(place)
    house.incumbent.look()
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["bundle"] == first
    assert OTHER.version in ready.json()["fault"]
    assert "winnow_bundle_fault 1.0" in client.get("/metrics").text
    assert client.post("/v1/comments", json={"content": UNSURE}).json()["bundle"] == first
    shutil.rmtree(place, ignore_errors=True)
    aside.rename(place)
    house.incumbent.look()
    assert client.get("/readyz").json() == {"status": "ready", "bundle": OTHER.version}
    assert "winnow_bundle_fault 0.0" in client.get("/metrics").text


def test_a_start_with_a_damaged_incumbent_serves_with_the_one_before(
    sqlite_settings: Settings,
) -> None:
    house = open_house(sqlite_settings)
    third = other_bundle(2.0, "2026-03-03T00:00:00Z")
    for bundle in (OTHER, third):
        house.bundles.add(bundle, "Ada", "added")
        house.bundles.activate(Switch(bundle.version, "Ada", "tried"))
    (house.bundles.folder.place(third.version) / "manifest.json").write_text("{}")
    incumbent = Incumbent(house.bundles, Metrics())
    incumbent.start()
    try:
        assert incumbent.version == OTHER.version
        assert third.version in str(incumbent.fault)
    finally:
        incumbent.close()


def test_only_an_operator_sees_and_switches_bundles(
    switching: tuple[House, httpx.Client],
) -> None:
    _, client = switching
    assert client.get("/v1/bundles").status_code == 403
    refused = client.post(f"/v1/bundles/{OTHER.version}/activate", json={"why": "x"})
    assert refused.status_code == 403
    assert _activate(client, "2026-01-01-000000000000").status_code == 404
    assert _activate(client, tiny_bundle().version).status_code == 409
