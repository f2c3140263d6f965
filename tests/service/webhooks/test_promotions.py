"""`bundle.promoted`: told with the switch itself, wherever the switch was made."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from standardwebhooks import Webhook
from typer.testing import CliRunner

from service.cli import app
from service.errors import Conflict
from service.events import Event
from service.loop.bundles import Switch
from tests.service.other_bundle import other_bundle
from tests.service.tiny_bundle import tiny_bundle
from tests.service.webhooks.shops import Listener, Shop, taking, until

FIRST, OTHER = tiny_bundle().version, other_bundle()


def listening(shop: Shop) -> tuple[Listener, str]:
    """Add a bundle to switch to, one receiver that wants to know, and one that does not."""
    asked = taking()
    _, secret = shop.tell(asked, Event.BUNDLE_PROMOTED)
    shop.tell(taking(), Event.COMMENT_REVIEWED)
    shop.house.bundles.add(OTHER, "Ada", "added")
    return asked, secret


def data(listener: Listener) -> list[dict[str, str]]:
    return [one.json["data"] for one in list(listener.received)]


def test_a_switch_and_the_way_back_are_told_over_http(shop: Shop) -> None:
    asked, secret = listening(shop)
    shop.house.bundles.activate(Switch(OTHER.version, "Ada", "tried"))
    shop.house.bundles.rollback("Ada", "worse")
    shop.house.sender.start()
    until(lambda: len(asked.received) == 2)
    assert data(asked) == [
        {"bundle": OTHER.version, "previous_bundle": FIRST, "kind": "activate"},
        {"bundle": FIRST, "previous_bundle": OTHER.version, "kind": "rollback"},
    ]
    for received in asked.received:
        told = Webhook(secret).verify(received.body, received.headers)
        assert told["type"] == "bundle.promoted"
    assert {one.event for one in shop.deliveries()} == {"bundle.promoted"}


def test_a_switch_by_the_command_line_is_told_by_the_running_service(
    sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = sqlite_shop.house.settings
    monkeypatch.setenv("WINNOW_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("WINNOW_BUNDLE_DIR", str(settings.bundle_dir))
    asked, _ = listening(sqlite_shop)
    sqlite_shop.house.sender.start()
    for words in (("activate", OTHER.version), ("rollback",)):
        done = CliRunner().invoke(app, ["bundles", *words, "--why", "tried"])
        assert done.exit_code == 0, done.output
    until(lambda: len(asked.received) == 2)
    assert [one["kind"] for one in data(asked)] == ["activate", "rollback"]


def test_a_switch_that_is_refused_is_told_to_nobody(shop: Shop) -> None:
    listening(shop)
    with pytest.raises(Conflict, match="in use already"):
        shop.house.bundles.activate(Switch(FIRST, "Ada", "again"))
    assert shop.deliveries() == []


def test_of_two_switches_at_once_each_that_counts_is_told_once(shop: Shop) -> None:
    listening(shop)
    third = other_bundle(1.5, "2026-03-03T00:00:00Z")
    shop.house.bundles.add(third, "Ada", "added")
    wanted = [Switch(version, "Ada", "race") for version in (OTHER.version, third.version)]
    with ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            tries = [pool.submit(shop.house.bundles.activate, switch) for switch in wanted]
            faults = [one.exception() for one in tries]
            assert all(isinstance(one, Conflict | None) for one in faults), faults
    switches = [one.version for one in shop.house.bundles.registry().promotions[1:]]
    told = [one.body for one in reversed(shop.deliveries())]
    assert len(told) == len(switches) >= 5
    for body, version in zip(told, switches, strict=True):
        assert f'"bundle": "{version}"' in body
