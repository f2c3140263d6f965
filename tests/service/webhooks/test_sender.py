import socket
import struct
import threading
from collections.abc import Callable

import pytest
from standardwebhooks import Webhook

from models.comment import Label
from service.clock import now
from service.deciding.decision import Decision
from service.events import Event
from service.house import build
from service.store.endpoints import disable, enable, rotate_secret
from service.store.standings import set_standing
from service.webhooks.message import new_webhook_secret
from tests.service.webhooks.shops import Handler, Listener, Shop, taking, until


def hangs_up(handler: Handler, _: int) -> None:
    """Reset the connection instead of an answer."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()


def never_ends(handler: Handler, _: int) -> None:
    """Answer 200 with a body that goes on for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    try:
        while True:
            handler.wfile.write(b"a" * 65_536)
    except OSError:
        return


def test_a_review_is_told_with_a_signature_that_the_standard_library_accepts(shop: Shop) -> None:
    listener = taking()
    _, secret = shop.tell(listener, Event.COMMENT_REVIEWED, Event.DECISION_CHANGED)
    shop.house.sender.start()
    (comment_id,) = shop.comments(1)
    shop.review(comment_id, Decision.APPROVE, Label.HAM)
    until(lambda: len(listener.received) == 2)
    for received in listener.received:
        told = Webhook(secret).verify(received.body, received.headers)
        assert told["data"]["comment_id"] == comment_id
        assert (told["data"]["previous_decision"], told["data"]["decision"]) == ("hold", "approve")
        assert told["data"]["label"] == "ham"
    kinds = {received.json["type"] for received in listener.received}
    assert kinds == {"comment.reviewed", "comment.decision_changed"}
    assert len(set(listener.ids())) == 2
    until(lambda: all(one.delivered_at for one in shop.deliveries()))


def test_an_answer_that_changes_nothing_is_reviewed_but_not_changed(sqlite_shop: Shop) -> None:
    listener = taking()
    sqlite_shop.tell(listener, *Event)
    (comment_id,) = sqlite_shop.comments(1)
    sqlite_shop.review(comment_id, Decision.HOLD)
    assert [one.event for one in sqlite_shop.deliveries()] == ["comment.reviewed"]


def test_what_was_rolled_back_is_told_to_nobody(sqlite_shop: Shop) -> None:
    sqlite_shop.tell(taking())
    (comment_id,) = sqlite_shop.comments(1)

    with sqlite_shop.house.store.engine.connect() as connection, connection.begin() as transaction:
        set_standing(connection, comment_id, Decision.APPROVE, None)
        transaction.rollback()
    assert sqlite_shop.deliveries() == []


@pytest.mark.parametrize("status", [500, 503, 302, 404])
def test_a_fault_is_tried_again_with_the_same_id(sqlite_shop: Shop, status: int) -> None:
    listener = Listener(lambda h, n: h.answer(status if n == 1 else 200, Location="/x")).start()
    sqlite_shop.tell(listener)
    sqlite_shop.review(sqlite_shop.comments(1)[0], Decision.REJECT)
    sqlite_shop.house.sender.start()
    until(lambda: sqlite_shop.deliveries()[0].attempts == 1)
    failed = sqlite_shop.deliveries()[0]
    assert (failed.last_status, failed.delivered_at) == (status, None)
    assert failed.due_at is not None
    sqlite_shop.hurry()
    until(lambda: sqlite_shop.deliveries()[0].delivered_at)
    assert len(set(listener.ids())) == 1
    stamps = [one.headers["webhook-timestamp"] for one in listener.received]
    assert stamps == sorted(stamps)


@pytest.mark.parametrize("script", [hangs_up, never_ends])
def test_a_receiver_that_resets_or_never_ends_is_survived(
    sqlite_shop: Shop, script: Callable[[Handler, int], None]
) -> None:
    bad, good = Listener(script).start(), taking()
    sqlite_shop.tell(bad)
    sqlite_shop.tell(good)
    for comment_id in sqlite_shop.comments(5):
        sqlite_shop.review(comment_id, Decision.REJECT)
    sqlite_shop.house.sender.start()
    until(lambda: len(set(good.ids())) == 5 and bad.received)
    if script is never_ends:
        # It has answered 200; what it says beyond 64 kB is not listened to.
        until(lambda: len(set(bad.ids())) == 5)


def test_429_is_obeyed(sqlite_shop: Shop) -> None:
    listener = Listener(lambda h, _: h.answer(429, Retry_After="7200")).start()
    sqlite_shop.tell(listener)
    for comment_id in sqlite_shop.comments(3):
        sqlite_shop.review(comment_id, Decision.REJECT)
    sqlite_shop.house.sender.start()
    until(lambda: any(one.attempts for one in sqlite_shop.deliveries()))
    tried = [one for one in sqlite_shop.deliveries() if one.attempts]
    assert len(tried) == 1
    assert (tried[0].due_at or 0) - now() > 7_000 * 1_000_000
    # The two others wait too: it asked to be left alone, not for another message.
    assert len(listener.received) == 1


def test_410_disables_the_endpoint_and_enabling_sends_what_waits(sqlite_shop: Shop) -> None:
    answers = [410]
    listener = Listener(lambda h, _: h.answer(answers[0])).start()
    endpoint_id, _ = sqlite_shop.tell(listener)
    first, second = sqlite_shop.comments(2)
    sqlite_shop.review(first, Decision.REJECT)
    sqlite_shop.house.sender.start()
    until(lambda: sqlite_shop.state(endpoint_id))
    assert "410" in (sqlite_shop.state(endpoint_id) or "")
    sqlite_shop.review(second, Decision.REJECT)
    assert len(sqlite_shop.deliveries()) == 1
    answers[0] = 200
    with sqlite_shop.house.store.writing() as connection:
        enable(connection, endpoint_id)
    sqlite_shop.hurry()
    until(lambda: sqlite_shop.deliveries()[0].delivered_at)


def test_a_receiver_that_was_down_gets_all_of_it(sqlite_shop: Shop) -> None:
    listener = taking()
    port = listener.port
    sqlite_shop.tell(listener)
    listener.stop()
    for comment_id in sqlite_shop.comments(30):
        sqlite_shop.review(comment_id, Decision.REJECT)
    sqlite_shop.house.sender.start()
    until(lambda: any(one.last_error for one in sqlite_shop.deliveries()))
    listener.start(port)
    sqlite_shop.hurry()
    until(lambda: len(set(listener.ids())) == 30)


def test_a_slow_endpoint_keeps_no_other_waiting(sqlite_shop: Shop) -> None:
    release = threading.Event()

    def slow(handler: Handler, _: int) -> None:
        release.wait(30)
        handler.answer(200)

    stuck, good = Listener(slow).start(), taking()
    sqlite_shop.tell(stuck)
    sqlite_shop.tell(good)
    for comment_id in sqlite_shop.comments(40):
        sqlite_shop.review(comment_id, Decision.REJECT)
    sqlite_shop.house.sender.start()
    until(lambda: len(set(good.ids())) == 40)
    assert len(stuck.received) == 1
    release.set()


def test_a_private_address_is_told_nothing_unless_the_operator_lists_it(shop: Shop) -> None:
    listener = taking()
    shop.tell(listener)
    closed = shop.house.settings.model_copy(update={"private_receivers": ""})
    other = build(closed)
    (comment_id,) = shop.comments(1)
    shop.review(comment_id, Decision.REJECT)
    other.sender.start()
    until(lambda: shop.deliveries()[0].attempts)
    other.sender.close()
    other.store.close()
    assert "this machine" in (shop.deliveries()[0].last_error or "")
    assert listener.received == []


def test_two_secrets_sign_while_one_is_being_replaced(sqlite_shop: Shop) -> None:
    listener = taking()
    endpoint_id, old = sqlite_shop.tell(listener)
    new = new_webhook_secret()
    with sqlite_shop.house.store.writing() as connection:
        rotate_secret(connection, endpoint_id, sqlite_shop.house.sealer.seal(new))
    sqlite_shop.review(sqlite_shop.comments(1)[0], Decision.REJECT)
    sqlite_shop.house.sender.start()
    until(lambda: listener.received)
    received = listener.received[0]
    for secret in (old, new):
        Webhook(secret).verify(received.body, received.headers)


def test_a_disabled_endpoint_is_told_nothing(sqlite_shop: Shop) -> None:
    listener, other = taking(), taking()
    endpoint_id, _ = sqlite_shop.tell(listener)
    sqlite_shop.tell(other)
    with sqlite_shop.house.store.writing() as connection:
        disable(connection, endpoint_id, "by the operator", now())
    sqlite_shop.review(sqlite_shop.comments(1)[0], Decision.REJECT)
    sqlite_shop.house.sender.start()
    until(lambda: other.received)
    assert listener.received == []
