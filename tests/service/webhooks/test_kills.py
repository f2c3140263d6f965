"""A sender that is killed again and again loses nothing."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

import pytest

from service.errors import StoreUnavailable
from tests.reliability.scale import SCALE
from tests.service.webhooks.shops import Listener, Shop, taking, until

# A service with a sender and no web server, as another replica has it.
SENDER = """
import os, signal
from service.house import build
from service.settings import Settings
house = build(Settings.from_environ(os.environ))
house.sender.start()
print("started", flush=True)
signal.pause()
"""


def start(shop: Shop) -> "subprocess.Popen[str]":
    settings = shop.house.settings
    environ = {
        **os.environ,
        "WINNOW_DATA_DIR": str(settings.data_dir),
        "WINNOW_BUNDLE_DIR": str(settings.bundle_dir),
        "WINNOW_PRIVATE_RECEIVERS": "127.0.0.0/8",
    }
    if settings.database_url:
        environ["WINNOW_DATABASE_URL"] = settings.database_url
    child = subprocess.Popen(
        [sys.executable, "-c", SENDER], env=environ, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "started\n"
    return child


def kill(child: "subprocess.Popen[str]") -> None:
    child.kill()
    child.wait()
    assert child.stdout is not None
    child.stdout.close()


@pytest.mark.reliability
@pytest.mark.timeout(3600)
def test_a_killed_sender_loses_nothing_and_repeats_only_with_the_same_id(shop: Shop) -> None:
    flaky = Listener(lambda h, n: h.answer(500 if n % 20 == 0 else 204)).start()
    good = taking()
    listeners = (flaky, good)
    for listener in listeners:
        shop.tell(listener)
    for start_at in range(0, SCALE.deliveries, 100):
        insist(partial(review, shop, min(100, SCALE.deliveries - start_at)))
    wanted = {one.event_id for one in shop.deliveries()}
    assert len(wanted) >= SCALE.deliveries
    for _ in range(SCALE.sender_kills):
        child, before = start(shop), len(good.received)
        until(lambda before=before: len(good.received) > before or done(shop), 120)  # type: ignore[misc]
        time.sleep(random.random() * 0.3)
        kill(child)
        expire_leases(shop)
    child = start(shop)
    until(lambda: hurried(shop), 1800)
    kill(child)
    for listener in listeners:
        assert set(listener.ids()) == wanted
    bodies = {(one.id, one.body) for listener in listeners for one in listener.received}
    assert len(bodies) == len(wanted)
    taken = [len(listener.received) for listener in listeners]
    print(f"{len(wanted)} messages for each, {SCALE.sender_kills} kills, received {taken}")  # noqa: T201


def review(shop: Shop, count: int) -> None:
    shop.reject_all(shop.comments(count))


def insist(write: Callable[[], None]) -> None:
    """Ask again as a client does, while the machine is too busy for the database's deadline."""
    while True:
        try:
            write()
        except StoreUnavailable:
            continue
        return


def done(shop: Shop) -> bool:
    with shop.house.store.reading() as connection:
        left: int = connection.exec_driver_sql(
            "SELECT COUNT(*) FROM deliveries WHERE delivered_at IS NULL"
        ).scalar_one()
    return left == 0


def hurried(shop: Shop) -> bool:
    """Let failed ones be tried at once, until all are delivered."""
    if done(shop):
        return True
    shop.execute("UPDATE endpoints SET paused_until = NULL WHERE paused_until IS NOT NULL")
    shop.execute("UPDATE deliveries SET due_at = 1 WHERE due_at > 1")
    time.sleep(0.3)
    return False


def expire_leases(shop: Shop) -> None:
    """Spare the minute that a dead sender's lease still has."""
    shop.execute("UPDATE endpoints SET leased_until = 1 WHERE leased_until IS NOT NULL")
