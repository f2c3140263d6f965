"""Replay on the desk: the same answer as on a terminal, for one site."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from models.bundle import seal
from models.comment import Label
from service.clock import now
from service.deciding.decision import Decision
from service.house import House
from service.loop.replay import replay as compare
from service.loop.rescoring import Rescored
from service.reviewing.reviewer import ReviewerRole
from service.store.keys import Site, add_site
from service.store.past import past_comments
from tests.service.api_client import DeskClient
from tests.service.desk_comments import SPAM, comment, single
from tests.service.desk_house import add_person, desk_house, first_site, send, small_bundle


@pytest.fixture
def decided(tmp_path: Path) -> House:
    """A service whose bundle decides alone, with 6 comments of readers and 14 of spammers."""
    house = desk_house(tmp_path, certified=True)
    add_person(house, first_site(house), "Ada", ReviewerRole.ADMIN)
    spam = [comment(f"{SPAM[n % 7]} {n}", "loans4u", n) for n in range(14)]
    send(house, [*(single(n) for n in range(6)), *spam], at=now() - 3_600_000_000)
    return house


def _rows(page: str) -> list[list[str]]:
    """The cells of the first table, without markup."""
    body = page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    rows = re.findall("<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [re.sub("<[^>]+>", "", cell).strip() for cell in re.findall("<td[^>]*>(.*?)</td>", row)]
        for row in rows
    ]


def test_the_incumbent_at_its_own_limits_changes_nothing(decided: House) -> None:
    ada = DeskClient(decided)
    ada.log_in()
    page = ada.get("/review/replay").text
    assert "0 of 20 decisions would change" in page
    assert "Every comment would be decided as it was" in page


def test_another_bundle_changes_decisions_by_direction_with_examples(decided: House) -> None:
    ada = DeskClient(decided)
    ada.log_in()
    given = {one: _count(decided, one) for one in Decision}
    gentle = small_bundle(certified=True)
    gentle = seal(replace(gentle.manifest, intercept=-9.0), dict(gentle.arrays))
    decided.bundles.add(gentle, "tests", "added")
    page = ada.get(f"/review/replay?bundle={gentle.version}&days=7").text
    rows = _rows(page)
    counted = {(row[0], row[1]): int(row[2]) for row in rows}
    assert counted[("reject", "approve")] == given[Decision.REJECT] > 0
    assert f"{sum(counted.values())} of 20 decisions would change" in page
    assert page.count("/review/comments/") >= sum(counted.values())
    assert [row[3] for row in rows if row[:2] == ["reject", "approve"]] == [
        "on the page, was thrown away"
    ]


def test_other_limits_change_decisions_and_what_is_wrong_is_named(decided: House) -> None:
    ada = DeskClient(decided)
    ada.log_in()
    strict = ada.get("/review/replay?max_ham_rejected=0.1&max_spam_approved=1").text
    assert "decisions would change" in strict
    wrong = ada.get("/review/replay?max_ham_rejected=many")
    assert "max_ham_rejected" in wrong.text.lower()
    assert wrong.status_code == 422
    assert ada.get("/review/replay?days=0").status_code == 422
    assert ada.get("/review/replay?bundle=2020-01-01-000000000000").status_code == 404


def test_it_replays_this_site_alone_and_for_admins_alone(decided: House) -> None:
    other = Site(decided.new_id(), "other", now())
    with decided.store.writing() as connection:
        add_site(connection, other)
    send(decided, [single(50), single(51)], site_id=other.id, at=now())
    add_person(decided, other.id, "Cleo", ReviewerRole.ADMIN)
    add_person(decided, other.id, "Ben", ReviewerRole.REVIEWER)
    cleo, ben = DeskClient(decided), DeskClient(decided)
    cleo.log_in("Cleo")
    ben.log_in("Ben")
    assert "0 of 2 decisions" in cleo.get("/review/replay").text
    assert ben.get("/review/replay").status_code == 403


def test_a_rare_direction_is_among_the_examples() -> None:
    many = [
        Rescored(f"{n:03}", "text", None, False, Decision.HOLD, (0.1,), (Decision.APPROVE,))
        for n in range(100, 200)
    ]
    rare = Rescored("001", "rare", Label.HAM, True, Decision.APPROVE, (0.9,), (Decision.REJECT,))
    done = compare([*many, rare], 10)
    assert done.changed == 101
    assert len(done.examples) == 10
    assert done.examples[-1].id == "001"


def _count(house: House, decision: Decision) -> int:
    with house.store.reading() as connection:
        past = past_comments(connection, first_site(house), 0)
    return sum(one.decision is decision for one in past)
