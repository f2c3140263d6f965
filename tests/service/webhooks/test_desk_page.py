"""The delivery log on the desk, and sending again, with a real receiver."""

from models.comment import Label
from service.clock import now
from service.deciding.decision import Decision
from service.reviewing.reviewer import ReviewerRole
from service.store.keys import Site, add_site
from tests.service.api_client import DeskClient
from tests.service.desk_house import add_person
from tests.service.webhooks.shops import Listener, Shop, taking, until


def _desk(shop: Shop, name: str = "Ada", role: ReviewerRole = ReviewerRole.ADMIN) -> DeskClient:
    add_person(shop.house, shop.site_id, name, role)
    client = DeskClient(shop.house)
    client.log_in(name)
    return client


def test_without_receivers_it_says_how_to_add_one(sqlite_shop: Shop) -> None:
    page = _desk(sqlite_shop).get("/review/webhooks").text
    assert "Nobody is told yet." in page
    assert "winnow webhooks add" in page


def test_a_delivery_is_listed_and_sent_again_under_its_id(sqlite_shop: Shop) -> None:
    listener = taking()
    sqlite_shop.tell(listener)
    sqlite_shop.house.sender.start()
    (comment_id,) = sqlite_shop.comments(1)
    sqlite_shop.review(comment_id, Decision.REJECT, Label.SPAM)
    until(lambda: [one.delivered_at for one in sqlite_shop.deliveries()] not in ([], [None]))
    ada = _desk(sqlite_shop)
    page = ada.get("/review/webhooks").text
    assert "delivered" in page
    assert f"/review/comments/{comment_id}" in page
    assert listener.ids()[0] in page
    (delivery,) = sqlite_shop.deliveries()
    fields = {"csrf": ada.token(), "delivery": delivery.id}
    answer = ada.post("/review/webhooks/again", fields)
    assert answer.headers["location"] == "/review/webhooks?again=1"
    assert "It is sent again" in ada.get("/review/webhooks?again=1").text
    until(lambda: len(listener.received) == 2)
    assert len(set(listener.ids())) == 1


def test_what_failed_says_why_and_a_receiver_is_disabled_and_enabled(sqlite_shop: Shop) -> None:
    listener = Listener(lambda handler, _: handler.answer(500)).start()
    endpoint_id, _ = sqlite_shop.tell(listener)
    sqlite_shop.house.sender.start()
    sqlite_shop.review(sqlite_shop.comments(1)[0], Decision.REJECT)
    until(lambda: sqlite_shop.deliveries()[0].last_status == 500)
    ada = _desk(sqlite_shop)
    page = ada.get("/review/webhooks").text
    assert "failing" in page
    assert "500" in page
    for do, state in (("disable", "by Ada"), ("enable", None)):
        ada.post("/review/webhooks/state", {"csrf": ada.token(), "endpoint": endpoint_id, "do": do})
        assert sqlite_shop.state(endpoint_id) == state


def test_it_is_for_admins_and_for_their_own_site_alone(sqlite_shop: Shop) -> None:
    endpoint_id, _ = sqlite_shop.tell(taking())
    sqlite_shop.review(sqlite_shop.comments(1)[0], Decision.REJECT)
    (delivery,) = sqlite_shop.deliveries()
    ben = _desk(sqlite_shop, "Ben", ReviewerRole.REVIEWER)
    assert ben.get("/review/webhooks").status_code == 403
    other = Site(sqlite_shop.house.new_id(), "other", now())
    with sqlite_shop.house.store.writing() as connection:
        add_site(connection, other)
    add_person(sqlite_shop.house, other.id, "Cleo", ReviewerRole.ADMIN)
    cleo = DeskClient(sqlite_shop.house)
    cleo.log_in("Cleo")
    assert delivery.id not in cleo.get("/review/webhooks").text
    again = {"csrf": cleo.token(), "delivery": delivery.id}
    assert cleo.post("/review/webhooks/again", again).status_code == 404
    state = {"csrf": cleo.token(), "endpoint": endpoint_id, "do": "disable"}
    assert cleo.post("/review/webhooks/state", state).status_code == 404


def test_older_deliveries_are_on_the_next_page(sqlite_shop: Shop) -> None:
    sqlite_shop.tell(taking())
    sqlite_shop.reject_all(sqlite_shop.comments(60))
    ada = _desk(sqlite_shop)
    first = ada.get("/review/webhooks").text
    assert first.count('name="delivery"') == 50
    last = sqlite_shop.deliveries()[49].id
    assert f"?before={last}" in first
    assert ada.get(f"/review/webhooks?before={last}").text.count('name="delivery"') == 10
