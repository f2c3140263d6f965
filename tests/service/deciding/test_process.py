"""The process that decides: it answers, it is started again, and it never outlives us."""

import asyncio
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from models.comment import Comment
from service.clock import now
from service.deciding.arrival import Arrival, arrive
from service.deciding.child import Child, launch
from service.deciding.process import DecidingProcess
from service.deciding.reply import Reply
from service.errors import NotFound, StoreUnavailable
from service.settings import Settings
from service.store.comments import comment_of
from service.store.engine import Store
from service.store.keys import all_sites
from tests.service.conftest import open_house


@pytest.fixture
def environ(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings as the child reads them, and a store with a site."""
    given: Mapping[str, object] = {
        "DATA_DIR": settings.data_dir,
        "BUNDLE_DIR": settings.bundle_dir,
        "DATABASE_URL": settings.database_url or "",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"WINNOW_{name}", str(value))
    house = open_house(settings)
    yield
    house.store.close()


def _begun() -> Child:
    child = launch()
    child.begin()
    return child


def _site(settings: Settings) -> str:
    store = Store.of(settings.database_url, settings.data_dir)
    with store.reading() as connection:
        site = all_sites(connection)[0].id
    store.close()
    return site


def _arrival(settings: Settings, text: str) -> Arrival:
    return arrive(_site(settings), Comment(text), b'{"content": "x"}', now())


def _stored(settings: Settings, comment_id: str) -> bool:
    store = Store.of(settings.database_url, settings.data_dir)
    with store.reading() as connection:
        found = comment_of(connection, _site(settings), comment_id)
    store.close()
    return found is not None


async def _decided(decider: DecidingProcess, arrival: Arrival) -> Reply:
    (answer,) = await decider.decide([arrival])
    assert isinstance(answer, Reply)
    return answer


@pytest.mark.usefixtures("environ")
def test_a_batch_is_decided_and_each_has_its_own_outcome(settings: Settings) -> None:
    async def run() -> None:
        decider = DecidingProcess(_begun())
        await decider.start()
        good, lost = (
            _arrival(settings, "Hello"),
            replace(_arrival(settings, "Edited"), revises="no"),
        )
        answer, fault = await decider.decide([good, lost])
        assert isinstance(answer, Reply)
        assert isinstance(fault, NotFound)
        assert _stored(settings, answer.id)
        await decider.close()

    asyncio.run(run())


@pytest.mark.usefixtures("environ")
def test_a_killed_one_is_replaced_and_what_it_owed_is_refused(settings: Settings) -> None:
    async def run() -> None:
        child = _begun()
        decider = DecidingProcess(child)
        await decider.start()
        arrival = _arrival(settings, "Hello")
        before = await _decided(decider, arrival)
        child.process.send_signal(signal.SIGSTOP)
        owed = asyncio.create_task(decider.decide([arrival]))
        await asyncio.sleep(0)
        child.process.kill()
        with pytest.raises(StoreUnavailable):
            await owed
        async with asyncio.timeout(30):
            while True:
                with suppress(StoreUnavailable):
                    after = await _decided(decider, _arrival(settings, "Again"))
                    break
                await asyncio.sleep(0.02)
        assert after.id > before.id
        await decider.close()

    asyncio.run(run())


@pytest.mark.usefixtures("environ")
def test_closing_ends_it_and_signals_of_a_terminal_do_not() -> None:
    async def run(child: Child) -> None:
        decider = DecidingProcess(child)
        await decider.start()
        os.kill(child.process.pid, signal.SIGINT)
        os.kill(child.process.pid, signal.SIGTERM)
        await decider.close()

    child = _begun()
    asyncio.run(run(child))
    assert child.process.returncode == 0


@pytest.mark.usefixtures("environ")
def test_it_ends_when_we_are_gone(capfd: pytest.CaptureFixture[str]) -> None:
    for child in (launch(), _begun()):
        child.link.close()
        assert child.process.wait(30) == 0
    assert capfd.readouterr().err == ""


def test_one_that_never_began_leaves_it_to_us_to_say_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINNOW_BUNDLE_DIR", str(tmp_path))
    child = launch()
    child.link.close()
    assert child.process.wait(30) == 0
    assert capfd.readouterr().err == ""


def test_one_that_can_not_start_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WINNOW_BUNDLE_DIR", str(tmp_path))
    monkeypatch.setenv("WINNOW_DATA_DIR", str(tmp_path))

    async def run() -> None:
        with pytest.raises(StoreUnavailable, match="did not start"):
            await DecidingProcess(_begun()).start()

    asyncio.run(run())
