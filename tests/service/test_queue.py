"""The queue and its API, on SQLite and on PostgreSQL."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from models.comment import Label
from service.cursor import Page
from service.decision import Decision
from service.house import House
from service.queue_query import QueueOrder, QueueQuery
from service.queueing import QueueKind
from service.review import Answered, Outcome, Review, Stale
from service.reviewing import Person
from service.store.migrate import migrate
from service.store.overview import overview_of
from service.store.queue import recount
from service.store.queue_pages import (
    campaign_comments,
    campaign_places,
    queue_counts,
    waiting_comments,
)
from service.store.standings import set_standing
from service.store.tables import comments
from tests.service.api_client import ApiClient
from tests.service.desk_comments import SPAM, campaign, comment, single
from tests.service.desk_house import desk_house, first_site, send

START = 1_795_300_000_000_000
HOUR = 3_600_000_000


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "sqlite":
        made = desk_house(tmp_path)
        yield made
        made.store.close()
        return
    server = os.environ.get("WINNOW_TEST_POSTGRES", "postgresql://root@127.0.0.1/postgres")
    name = f"winnow_desk_{os.getpid()}"
    try:
        connection = psycopg.connect(server, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL at WINNOW_TEST_POSTGRES")
    with connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    made = desk_house(tmp_path, database_url=re.sub(r"/[^/]*$", f"/{name}", server))
    yield made
    made.store.close()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _page(house: House, wanted: QueueQuery) -> list[tuple[str, int]]:
    site_id = first_site(house)
    with house.store.reading() as connection:
        places = campaign_places(connection, site_id, wanted, Page(50))
        found = waiting_comments(connection, site_id, places)
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
        "received_after=0001-01-01T00:00:00%2B14:00",
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
        found = waiting_comments(connection, site_id, places)
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
        connection.exec_driver_sql("DELETE FROM labels")
        connection.exec_driver_sql(f"DELETE FROM decisions WHERE comment_id = '{ids[1]}'")
        connection.execute(comments.delete().where(comments.c.id == ids[1]))
        recount(connection, [ids[0]])
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
