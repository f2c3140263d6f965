import threading
import time

import psycopg
import pytest
from sqlalchemy import text

from models.comment import Author, Comment
from service.deciding.answer import Answer
from service.deciding.arrival import Arrival, arrive
from service.deciding.moderation import Moderator
from service.errors import Invalid, StoreUnavailable
from service.house import House
from service.settings import Settings
from service.store.engine import DEADLINE_SECONDS, Contended
from service.store.keys import all_sites
from tests.service.conftest import open_house


def _moderator(house: House) -> Moderator:
    return Moderator(house.store, house.scorer, house.new_id)


def _arrivals(house: House, *external_ids: str) -> list[Arrival]:
    with house.store.reading() as connection:
        site = all_sites(connection)[0].id
    return [
        arrive(
            site,
            Comment(f"Comment number {number}", Author(name="Ada"), external_id=external_id),
            f'{{"content": "Comment number {number}"}}'.encode(),
            1_000_000,
        )
        for number, external_id in enumerate(external_ids)
    ]


def _sleep(house: House) -> None:
    """Wait for the server, with its own time limit lifted, as if it could not look at it."""
    with house.store.reading() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SELECT pg_sleep(60)"))


@pytest.mark.postgres
def test_one_bad_row_does_not_fail_the_others(settings: Settings) -> None:
    if settings.database_url is None:
        pytest.skip("SQLite holds a text of any length")
    house = open_house(settings)
    outcomes = _moderator(house).decide(_arrivals(house, "1", "x" * 200, "3"))
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [Answer, Invalid, Answer]
    with house.store.reading() as connection:
        ids = connection.execute(text("SELECT external_id FROM comments ORDER BY 1")).scalars()
        assert list(ids) == ["1", "3"]
    house.store.close()


@pytest.mark.postgres
def test_a_lock_that_somebody_holds_fails_only_who_needs_it(settings: Settings) -> None:
    if settings.database_url is None:
        pytest.skip("SQLite has one writer")
    house = open_house(settings)
    first, second = _arrivals(house, "1", "2")
    with psycopg.connect(settings.database_url) as holder:
        holder.execute(
            "INSERT INTO comments (id, site_id, external_id, received_at, document, document_hash,"
            " test, standing) VALUES ('0', %s, '1', 1, '{}', '', false, 'hold')",
            [first.site_id],
        )
        outcomes = _moderator(house).decide([first, second])
        holder.rollback()
    assert isinstance(outcomes[0], Contended)
    assert isinstance(outcomes[1], Answer)
    house.store.close()


@pytest.mark.postgres
def test_a_database_that_does_not_speak_is_hung_up_on(settings: Settings) -> None:
    if settings.database_url is None:
        pytest.skip("there is nobody to hang up on")
    house = open_house(settings)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        _sleep(house)
    assert time.monotonic() - began < 30
    assert DEADLINE_SECONDS < 2
    house.store.ping()
    house.store.close()


def test_two_writers_with_the_same_ids_agree(settings: Settings) -> None:
    houses = [open_house(settings), open_house(settings)]
    arrivals = _arrivals(houses[0], *map(str, range(20)))
    answers: dict[int, list[str]] = {}

    def decide(number: int) -> None:
        ordered = arrivals if number == 0 else arrivals[::-1]
        outcomes = _moderator(houses[number]).decide(ordered)
        ids = [one.decided.id for one in outcomes if isinstance(one, Answer)]
        answers[number] = ids if number == 0 else ids[::-1]

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers[0] == answers[1]
    assert len(set(answers[0])) == 20
    for house in houses:
        house.store.close()
