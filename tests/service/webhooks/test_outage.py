"""Receivers that are away for a while, in every manner, while their sender is killed again and again."""

import os
import random
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest

from service.store.deliveries import Delivery
from service.store.endpoints import enable
from tests.reliability.blog import percentile
from tests.reliability.scale import LONG, SCALE
from tests.service.webhooks.shops import Handler, Listener, Shop, insist, taking, until

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
ROUNDS = SCALE.sender_kills + 1


def hangs_up(handler: Handler) -> None:
    """Reset the connection instead of an answer."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()


def never_ends(handler: Handler) -> None:
    """Answer 200 with a body that goes on for ever: taken, and not listened to any further."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        handler.wfile.write(b"a" * 65_536)


@dataclass
class Outage:
    """Receivers that don't answer as they should until it is over."""

    over: threading.Event = field(default_factory=threading.Event)

    def listener(self, meanwhile: Callable[[Handler], None]) -> Listener:
        """A receiver that takes everything, once it is over."""

        def respond(handler: Handler, _: int) -> None:
            try:
                if self.over.is_set():
                    handler.answer(204)
                else:
                    meanwhile(handler)
            except OSError:
                return  # the sender had heard enough, or was killed

        return Listener(respond).start()

    def slow(self, handler: Handler) -> None:
        """Answer later than a sender waits (15 s)."""
        self.over.wait(20)
        handler.answer(204)


@pytest.mark.reliability
@pytest.mark.timeout(3600)
def test_an_outage_and_a_killed_sender_lose_nothing_and_repeat_only_with_the_same_id(
    shop: Shop,
) -> None:
    outage, good = Outage(), taking()
    receivers = {
        "good": good,
        "down": taking(),
        "slow": outage.listener(outage.slow),
        "resetting": outage.listener(hangs_up),
        "500": outage.listener(lambda h: h.answer(500)),
        "429": outage.listener(lambda h: h.answer(429, Retry_After="30" if LONG else "1")),
        "410": outage.listener(lambda h: h.answer(410)),
        "endless": outage.listener(never_ends),
    }
    ids = {name: shop.tell(listener)[0] for name, listener in receivers.items()}
    port = receivers["down"].port
    receivers["down"].stop()
    ends = time.monotonic() + SCALE.receiver_outage_seconds
    kill_again_and_again(shop, good, ends)
    child = start(shop)
    # Everything is told to the good one while all others are still away.
    until(lambda: set(good.ids()) == {one.event_id for one in told(shop, ids["good"])}, 300)
    assert len(set(good.ids())) >= SCALE.deliveries
    until(lambda: time.monotonic() > ends, SCALE.receiver_outage_seconds)
    until(lambda: shop.state(ids["410"]))
    outage.over.set()
    receivers["down"].start(port)
    insist(partial(enabled, shop, ids["410"]))
    until(lambda: done(shop) if LONG else hurried(shop), 1800)
    kill(child)
    for name, listener in receivers.items():
        wanted = told(shop, ids[name])
        assert set(listener.ids()) == {one.event_id for one in wanted}, name
        assert len({(one.id, one.body) for one in listener.received}) == len(wanted), name
        assert name == "410" or len(wanted) >= SCALE.deliveries
        print(describe(name, listener, wanted))  # noqa: T201


def kill_again_and_again(shop: Shop, good: Listener, ends: float) -> None:
    """Write what is to be told while senders come and are killed, until the outage nearly ends."""
    started = time.monotonic()
    for number in range(SCALE.sender_kills):
        child, before = start(shop), len(good.received)
        for _ in range(0, SCALE.deliveries // SCALE.sender_kills, 50):
            insist(partial(review, shop, 50))
        until(lambda before=before: len(good.received) > before, 120)  # type: ignore[misc]
        share = started + (ends - started) * (number + random.random()) / ROUNDS
        time.sleep(max(0.0, share - time.monotonic()))
        kill(child)
        expire_leases(shop)


def enabled(shop: Shop, endpoint_id: str) -> None:
    with shop.house.store.writing() as connection:
        enable(connection, endpoint_id)


def told(shop: Shop, endpoint_id: str) -> list[Delivery]:
    """Return everything that a receiver is to be told."""
    return [one for one in shop.deliveries() if one.endpoint_id == endpoint_id]


def describe(name: str, listener: Listener, wanted: list[Delivery]) -> str:
    waited = [((one.delivered_at or 0) - one.created_at) / 1e6 for one in wanted]
    return (
        f"{name}: {len(wanted)} messages, {len(listener.received)} requests, "
        f"{max(one.attempts for one in wanted)} attempts at most, delivered after "
        f"{percentile(waited, 0.5):.1f} s (median), {percentile(waited, 0.99):.1f} s (p99)"
    )


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


def review(shop: Shop, count: int) -> None:
    shop.reject_all(shop.comments(count))


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
