from typing import Any

import pytest
from sqlalchemy import func, select

from service.deciding.ties import TieKind, ties_of
from service.edge.cursor import Page
from service.house import House
from service.reviewing.answers import Person
from service.reviewing.queue_query import QueueQuery
from service.reviewing.review import Answered, Outcome
from service.schemas import CommentIn
from service.store.desk_tables import queue_ties
from service.store.people import erase_comments
from service.store.queue_pages import campaign_comments, campaign_places
from tests.service.desk_comments import HAM, comment, single
from tests.service.desk_house import first_site, send

START = 1_795_300_000_000_000


def _by(name: str, text: str, **author: Any) -> dict[str, Any]:
    return comment(text, name, author=author)


def _campaigns(house: House) -> list[tuple[str, int]]:
    with house.store.reading() as connection:
        places = campaign_places(connection, first_site(house), QueueQuery(), Page(100))
    return sorted((one.lead_id, one.waiting) for one in places.found)


def _ties(house: House, campaign_id: str) -> list[TieKind | None]:
    with house.store.reading() as connection:
        found = campaign_comments(connection, first_site(house), campaign_id, Page(100))
    return [one.tie for one in found]


def _kept(house: House) -> int:
    with house.store.reading() as connection:
        return connection.execute(select(func.count()).select_from(queue_ties)).scalar_one()


def test_one_host_under_different_texts_and_names_is_one_campaign(desk: House) -> None:
    ids = send(
        desk,
        [
            _by("Ann", f"{HAM[0]} See https://shop.lucky-pills.example/a"),
            single(1),
            _by("Bob", HAM[1], url="http://www.lucky-pills.example"),
            _by("Cleo visit www.LUCKY-PILLS.example/now", HAM[2]),
        ],
        at=START,
    )
    assert _campaigns(desk) == [(ids[0], 3), (ids[1], 1)]
    assert _ties(desk, ids[0]) == [None, TieKind.HOST, TieKind.HOST]


def test_one_author_under_different_texts_is_one_campaign(desk: House) -> None:
    ids = send(desk, [_by("Ann", HAM[0]), single(1)], at=START)
    ids += send(desk, [_by("Ann", HAM[1])], at=START + 10_000)
    assert _campaigns(desk) == [(ids[0], 2), (ids[1], 1)]
    assert _ties(desk, ids[0]) == [None, TieKind.AUTHOR]


def test_the_text_ties_before_the_author_and_the_author_before_a_host(desk: House) -> None:
    text = "our certified experts recover lost crypto wallets within one day in every country, ask"
    first, second, third = send(
        desk,
        [
            _by("Ann", f"{text} us"),
            _by("Bob", HAM[1]),
            _by("Cleo", f"{HAM[2]} https://lucky-pills.example"),
        ],
        at=START,
    )
    send(desk, [_by("Bob", f"{text} me https://lucky-pills.example")], at=START + 10_000)
    send(desk, [_by("Bob", f"{HAM[4]} https://lucky-pills.example/2")], at=START + 20_000)
    assert _campaigns(desk) == [(first, 2), (second, 2), (third, 1)]
    assert _ties(desk, first) == [None, TieKind.TEXT]


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/reader/tool",
        "https://bit.ly/3x",
        "https://en.wikipedia.org/wiki/Chisel",
        "https://bench.example.org/0#comments",
        "https://{}.blogspot.com/",
    ],
)
def test_what_everybody_links_to_ties_nobody(desk: House, address: str) -> None:
    texts = [f"{text} {address.format(number)}" for number, text in enumerate(HAM[:4])]
    ids = send(desk, [_by(f"Reader {n}", text) for n, text in enumerate(texts)], at=START)
    assert _campaigns(desk) == [(one, 1) for one in ids]


def test_ties_go_with_what_waits(desk: House) -> None:
    ids = send(desk, [_by("Ann", HAM[0]), _by("Ann", HAM[1]), _by("Bob", HAM[2])], at=START)
    assert _kept(desk) == 5
    person = Person(first_site(desk), "Ada", "desk")
    reviews = desk.reviewing.answer(
        person, [Answered(one, Outcome.REJECT_SPAM, 0) for one in ids[:2]]
    )
    assert _kept(desk) == 2
    assert _campaigns(desk) == [(ids[2], 1)]
    desk.reviewing.undo(person, [one.id for one in reviews if hasattr(one, "id")])
    assert _campaigns(desk) == [(ids[0], 2), (ids[2], 1)]
    (fresh,) = send(desk, [_by("Bob", HAM[3])], at=START + 10_000)
    assert _campaigns(desk) == [(ids[0], 2), (ids[2], 2)]
    with desk.store.writing() as connection:
        erase_comments(connection, first_site(desk), [ids[2], fresh], desk.new_id())
    assert _kept(desk) == 0


def test_ties_of_two_sites_never_meet() -> None:
    noun = CommentIn.model_validate(_by("Ann", HAM[0], url="https://lucky.example")).comment()
    values = [{tie.value for tie in ties_of(site, noun, "campaign", 7)} for site in ("a", "b")]
    assert len(values[0]) == 3
    assert values[0].isdisjoint(values[1])
