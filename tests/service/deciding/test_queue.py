"""The queue and its API, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from models.comment import Label
from service.deciding.decision import Decision
from service.deciding.queueing import QueueKind
from service.edge.cursor import Page
from service.house import House
from service.reviewing.answers import Person
from service.reviewing.comment_query import CommentQuery
from service.reviewing.queue_query import QueueOrder, QueueQuery
from service.reviewing.review import Answered, Outcome, Review, Stale
from service.store.comment_pages import comment_page
from service.store.migrate import migrate
from service.store.overview import overview_of
from service.store.people import erase_comments
from service.store.queue_pages import (
    campaign_comments,
    campaign_places,
    queue_counts,
    waiting_comments,
)
from service.store.search import Search
from service.store.standings import set_standing
from tests.service.api_client import ApiClient
from tests.service.desk_comments import SPAM, campaign, comment, single
from tests.service.desk_house import desk_house, first_site, send

START = 1_795_300_000_000_000
HOUR = 3_600_000_000


@pytest.fixture
def house(desk: House) -> House:
    return desk


def _page(house: House, wanted: QueueQuery) -> list[tuple[str, int]]:
    site_id = first_site(house)
    with house.store.reading() as connection:
        places = campaign_places(connection, site_id, wanted, Page(50))
        found = waiting_comments(connection, site_id, places.found)
    return [(one.stored.decided.id, one.alike) for one in found]


def test_a_campaign_has_one_place_and_outranks_what_is_alone(house: House) -> None:
    alone = send(house, [single(n) for n in range(4)], at=START)
    alike = send(house, [campaign(n) for n in range(12)], at=START)
    assert _page(house, QueueQuery())[0] == (alike[0], 12)
    assert _page(house, QueueQuery(order=QueueOrder.LARGEST, alike=True)) == [(alike[0], 12)]
    oldest = [one for one, _ in _page(house, QueueQuery(order=QueueOrder.OLDEST))]
    assert oldest.index(alone[0]) < oldest.index(alone[3])
    newest = _page(house, QueueQuery(order=QueueOrder.NEWEST))
    assert newest[0][0] == alike[0]
    with house.store.reading() as connection:
        members = campaign_comments(connection, first_site(house), alike[0], Page(100))
        counts = queue_counts(connection, first_site(house))
    assert [one.stored.decided.id for one in members] == alike
    assert (counts.comments, counts.campaigns) == (16, 5)


def test_pages_follow_each_other_without_gap_or_repeat(house: House) -> None:
    send(house, [single(n) for n in range(11)], at=START)
    client = ApiClient(house)
    for order in QueueOrder:
        seen: list[str] = []
        address = f"/v1/queue?order={order.value}&limit=4"
        answer = client.get(address).json()
        while True:
            seen += [item["id"] for item in answer["items"]]
            if answer["next"] is None:
                break
            answer = client.get(f"{address}&cursor={answer['next']}").json()
        assert len(seen) == len(set(seen)) == 11
        assert answer["waiting"] == 11


def test_filters_let_through_what_they_say(house: House) -> None:
    german = comment("Genau so ist es bei mir auch gewesen, der Teig läuft im Sommer weg.", "Ute")
    spam = comment(SPAM[0], "Best Casino 2026", form_seconds=0.4)
    ids = send(house, [single(1), german, spam], at=START)
    client = ApiClient(house)
    for asked, wanted in (
        ("text=CASINO", {ids[2]}),
        ("text=Läuft%20im", {ids[1]}),
        ("text=100%25", set()),
        ("text=a_b", set()),
        ("language=de", {ids[1]}),
        ("reason=form_too_fast", {ids[2]}),
        ("reason=too_fast", set()),
        ("min_score=0.9", {ids[2]}),
        ("max_score=0.9", {ids[0], ids[1]}),
        ("kind=audit", set()),
        ("kind=held", set(ids)),
        ("received_before=2026-01-01T00:00:00Z", set()),
        ("received_after=2026-01-01T00:00:00Z", set(ids)),
    ):
        found = client.get(f"/v1/queue?{asked}").json()
        assert {item["id"] for item in found["items"]} == wanted, asked


@pytest.mark.parametrize("order", QueueOrder)
def test_a_search_goes_on_where_it_ended_and_finds_each_once(
    house: House, order: QueueOrder
) -> None:
    ids = send(house, [single(n) for n in range(9)], at=START)
    ids += send(house, [campaign(n) for n in range(5)], at=START)
    needle = send(house, [{"content": "a needle in the hay"}], at=START - HOUR)
    for text, wanted in (("NEEDLE", needle), ("zeppelin", []), ("a", [*ids[:10], *needle])):
        found: list[str] = []
        pages, after = 0, None
        while pages == 0 or after is not None:
            with house.store.reading() as connection:
                places = campaign_places(
                    connection,
                    first_site(house),
                    QueueQuery(order=order, text=text),
                    Page(4, after),
                    Search(most=3),
                )
            found += [one.lead_id for one in places.found]
            pages, after = pages + 1, places.after
            assert bool(places.cut) == (after is not None and len(places.found) < 4)
        assert sorted(found) == sorted(wanted)
        assert pages >= 4


def test_a_search_of_all_comments_goes_on_where_it_ended(house: House) -> None:
    ids = send(house, [single(n) for n in range(9)], at=START)
    client = ApiClient(house)
    client.post(f"/v1/comments/{ids[4]}/label", {"label": "spam"})
    needle = send(house, [{"content": "a needle in the hay"}], at=START - HOUR)
    for text, wanted in (("needle", needle), ("zeppelin", []), ("a", [*ids[::-1], *needle])):
        found: list[str] = []
        pages, after = 0, None
        while pages == 0 or after is not None:
            with house.store.reading() as connection:
                page = comment_page(
                    connection,
                    first_site(house),
                    CommentQuery(text=text),
                    Page(4, after),
                    Search(most=3),
                )
            found += [one.decided.id for one in page.found]
            pages, after = pages + 1, page.after
        assert found == wanted
        assert pages >= 3


def test_what_is_asked_wrongly_is_named(tmp_path: Path) -> None:
    house = desk_house(tmp_path)
    client = ApiClient(house)
    for asked in (
        "order=best",
        "cursor=x",
        "limit=0",
        "limit=101",
        "min_score=2",
        "language=DE1",
        "colour=red",
        "reason=%27",
        "received_after=soon",
    ):
        answer = client.get(f"/v1/queue?{asked}")
        assert answer.status_code == 422, asked
        assert answer.json()["errors"][0]["field"] == asked.split("=", maxsplit=1)[0]
    house.store.close()


def test_the_audit_sample_waits_and_measures_errors(tmp_path: Path) -> None:
    house = desk_house(tmp_path, certified=True, audit_share=0.3)
    spam = [comment(f"{SPAM[n % 7]} {n}", "loans4u", n) for n in range(40)]
    ids = send(house, spam, at=START)
    site_id = first_site(house)
    with house.store.reading() as connection:
        places = campaign_places(connection, site_id, QueueQuery(kind=QueueKind.AUDIT), Page(90))
        found = waiting_comments(connection, site_id, places.found)
    assert found
    assert all(one.kind is QueueKind.AUDIT for one in found)
    assert all(one.stored.standing is not Decision.HOLD for one in found)
    person = Person(site_id, "Ada", "desk")
    drawn = [one.stored.decided.id for one in found]
    house.reviewing.answer(person, [Answered(drawn[0], Outcome.APPROVE, 0)])
    house.reviewing.answer(person, [Answered(one, Outcome.REJECT_SPAM, 0) for one in drawn[1:]])
    with house.store.reading() as connection:
        rates = overview_of(connection, site_id, START + HOUR).audited
    assert (rates[Decision.REJECT].count, rates[Decision.REJECT].of) == (1, len(drawn))
    low, high = rates[Decision.REJECT].interval
    assert 0 < low < 1 / len(drawn) < high < 1
    assert len(ids) == 40
    house.store.close()


def test_a_test_comment_never_waits(house: House) -> None:
    send(house, [{**single(1), "test": True}], at=START)
    assert _page(house, QueueQuery()) == []


def test_a_label_from_elsewhere_takes_the_comment_from_the_queue(house: House) -> None:
    ids = send(house, [campaign(n) for n in range(3)], at=START)
    with house.store.writing() as connection:
        set_standing(connection, ids[0], Decision.REJECT, Label.SPAM)
    assert _page(house, QueueQuery()) == [(ids[1], 2)]
    answer = house.reviewing.answer(
        Person(first_site(house), "Ada", "desk"), [Answered(ids[0], Outcome.APPROVE, 0)]
    )
    assert isinstance(answer[0], Stale)
    assert answer[0].now.state == 1


def test_an_erased_comment_leaves_no_trace_in_the_queue(house: House) -> None:
    ids = send(house, [campaign(n) for n in range(3)], at=START)
    person = Person(first_site(house), "Ada", "desk")
    (review,) = house.reviewing.answer(person, [Answered(ids[2], Outcome.REJECT_SPAM, 0)])
    assert isinstance(review, Review)
    with house.store.writing() as connection:
        erase_comments(connection, first_site(house), [ids[1]], house.new_id())
    assert _page(house, QueueQuery()) == [(ids[0], 1)]


def test_undo_restores_a_label_that_was_there_before(house: House) -> None:
    (comment_id,) = send(house, [single(1)], at=START)
    client = ApiClient(house)
    client.post(f"/v1/comments/{comment_id}/label", {"label": "spam"})
    sent = {"comment_id": comment_id, "outcome": "reject_other", "state": 1}
    review = client.post("/v1/reviews", {"reviews": [sent]}).json()["items"][0]["review"]
    assert client.get(f"/v1/comments/{comment_id}").json()["label"] is None
    assert client.post(f"/v1/reviews/{review['id']}/undo", None).status_code == 201
    found = client.get(f"/v1/comments/{comment_id}").json()
    assert (found["standing"], found["label"], found["state"]) == ("reject", "spam", 3)
    assert client.get("/v1/queue").json()["items"] == []


def test_comments_are_listed_newest_first_over_all_standings(house: House) -> None:
    ids = send(house, [single(n) for n in range(7)], at=START)
    client = ApiClient(house)
    client.post(f"/v1/comments/{ids[3]}/label", {"label": "spam"})
    client.post(f"/v1/comments/{ids[5]}/label", {"label": "ham"})
    seen: list[str] = []
    after = ""
    while True:
        answer = client.get(f"/v1/comments?limit=3{after}").json()
        seen += [item["id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        after = f"&cursor={answer['next']}"
    assert seen == ids[::-1]
    for asked, wanted in (
        ("standing=reject", [ids[3]]),
        ("label=ham", [ids[5]]),
        ("decision=approve", []),
        ("standing=hold&decision=hold&limit=2", [ids[6], ids[4]]),
    ):
        found = client.get(f"/v1/comments?{asked}").json()["items"]
        assert [item["id"] for item in found] == wanted


def test_the_migration_goes_up_and_down(house: House) -> None:
    send(house, [single(1)], at=START)
    migrate(house.store, "0001")
    migrate(house.store)
    with house.store.reading() as connection:
        assert queue_counts(connection, first_site(house)).comments == 0
