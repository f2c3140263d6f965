"""Labels in bulk, their export as a corpus, what is forgotten, and what is quarantined."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from models.comment import Label
from models.corpus import CorpusRow, format_row, parse_row
from models.scorer import Scorer
from service.clock import now
from service.deciding.decision import Decision
from service.house import House
from service.loop.forgetting import Forgotten, forget
from service.loop.label_corpus import label_lines
from service.loop.replay import replay
from service.loop.rescoring import Limits, rescored
from service.loop.suspects import suspects
from service.store.keys import all_sites
from service.store.labelled import ImportedComment, add_imported
from service.store.labels import NewLabel, add_label
from service.store.people import everything_about
from service.store.standings import set_standing
from tests.service.other_bundle import other_bundle
from tests.service.running import running
from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM, HAM, SPAM, UNSURE


@pytest.fixture
def site(house: House) -> Iterator[httpx.Client]:
    with running(house) as client:
        yield client


def _check(client: httpx.Client, text: str, **fields: Any) -> str:
    answer = client.post("/v1/comments", json={"content": text, **fields})
    assert answer.status_code == 201
    return str(answer.json()["id"])


def _label(client: httpx.Client, *labels: dict[str, Any]) -> list[int]:
    answer = client.post("/v1/labels", json={"labels": list(labels)})
    assert answer.status_code == 200, answer.text
    return [item["status"] for item in answer.json()["items"]]


def _exported(house: House) -> dict[str, CorpusRow]:
    return {row.id: row for row in map(parse_row, label_lines(house.store))}


def test_many_labels_are_stored_and_strangers_are_told_one_by_one(
    house: House, site: httpx.Client
) -> None:
    one, two = _check(site, CERTAIN_HAM), _check(site, CERTAIN_SPAM, external_id="post-7")
    given = (
        {"comment_id": one, "label": "ham"},
        {"comment_id": "nobody", "label": "ham"},
        {"external_id": "post-7", "label": "spam"},
        {"external_id": "another", "label": "spam"},
    )
    assert _label(site, *given) == [201, 404, 201, 404]
    assert {row.id: row.label for row in _exported(house).values()} == {
        one: Label.HAM,
        two: Label.SPAM,
    }
    assert site.get(f"/v1/comments/{one}").json()["standing"] == "approve"


def test_a_label_that_is_taken_back_was_never_given(house: House, site: httpx.Client) -> None:
    one = _check(site, CERTAIN_HAM)
    assert _label(site, {"comment_id": one, "label": "spam"}) == [201]
    assert site.get(f"/v1/comments/{one}").json()["standing"] == "reject"
    assert _label(site, {"comment_id": one, "label": None}) == [201]
    stored = site.get(f"/v1/comments/{one}").json()
    assert (stored["standing"], stored["label"]) == ("approve", None)
    assert _exported(house) == {}


@pytest.mark.parametrize(
    "item",
    [
        {"label": "spam"},
        {"comment_id": "a", "external_id": "b", "label": "spam"},
        {"comment_id": "a"},
        {"comment_id": "a", "label": "other"},
    ],
)
def test_a_label_names_one_comment_and_says_what_it_is(
    sqlite_client: httpx.Client, item: dict[str, Any]
) -> None:
    assert sqlite_client.post("/v1/labels", json={"labels": [item]}).status_code == 422


def test_the_export_holds_the_text_and_no_address(house: House, site: httpx.Client) -> None:
    author = {
        "name": "Ada",
        "email": "ada@home.example",
        "ip": "192.0.2.7",
        "url": "http://ada.example",
    }
    one = _check(site, CERTAIN_HAM, author=author, post={"title": "On building things"})
    _label(site, {"comment_id": one, "label": "ham"})
    _label(site, {"comment_id": _check(site, "Test.", test=True), "label": "ham"})
    [line] = label_lines(house.store)
    assert "home.example" not in line
    assert "192.0.2.7" not in line
    row = parse_row(line)
    assert (row.content, row.author_name, row.source) == (CERTAIN_HAM, "Ada", "default")
    assert row.post_title == "On building things"
    assert (row.label_source or "").startswith("key ")


def test_imported_labels_are_exported_too_and_twice_is_once(
    house: House, site: httpx.Client
) -> None:
    with house.store.writing() as connection:
        [owner] = all_sites(connection)
        line = format_row(CorpusRow("old-1", "default", Label.SPAM, CERTAIN_SPAM))
        old = ImportedComment(owner.id, "old-1", Label.SPAM, line, "Ada", now())
        assert add_imported(connection, [old, old]) == 1
        assert add_imported(connection, [old]) == 0
    assert _exported(house)["old-1"].content == CERTAIN_SPAM
    assert site.get("/healthz").is_success


def test_forgetting_takes_labels_from_training_and_leaves_the_page_as_it_is(
    house: House, site: httpx.Client
) -> None:
    ada = {"email": "ada@home.example"}
    ids = [_check(site, text, author=ada) for text in HAM[:3]]
    other = _check(site, HAM[3], author={"email": "bob@home.example"})
    _label(site, *({"comment_id": one, "label": "spam"} for one in (*ids, other)))
    assert forget(house.store, Forgotten(comment_id=ids[0]), "Ada", house.new_id) == 1
    assert set(_exported(house)) == {*ids[1:], other}
    assert forget(house.store, Forgotten(author="ADA@home.example"), "Ada", house.new_id) == 2
    assert set(_exported(house)) == {other}
    reviewer = _exported(house)[other].label_source
    assert forget(house.store, Forgotten(reviewer=reviewer), "Ada", house.new_id) == 1
    assert _exported(house) == {}
    assert site.get(f"/v1/comments/{other}").json()["standing"] == "reject"


def test_a_label_says_which_revision_it_meant(house: House, site: httpx.Client) -> None:
    comment = _check(site, UNSURE)
    _label(site, {"comment_id": comment, "label": "ham"})
    site.put(f"/v1/comments/{comment}", json={"content": CERTAIN_SPAM}).raise_for_status()
    _label(site, {"comment_id": comment, "label": "spam"})
    with house.store.reading() as connection:
        told = everything_about(connection, comment)["labels"]
    assert sorted((one["revision"], one["label"]) for one in told) == [(1, "ham"), (2, "spam")]


def test_one_person_against_two_is_quarantined_and_listed(house: House, site: httpx.Client) -> None:
    long = f"{SPAM[0]} {SPAM[3]} {SPAM[1]}"
    spun = [long.replace("tonight", word) for word in ("tonight", "today", "this week")]
    ids = [_check(site, text) for text in spun]
    for comment_id, who in zip(ids, ("Ada", "Grace", "Mallory"), strict=True):
        label = Label.HAM if who == "Mallory" else Label.SPAM
        stored = site.get(f"/v1/comments/{comment_id}").json()
        with house.store.writing() as connection:
            add_label(connection, NewLabel(house.new_id(), comment_id, label, who, "desk", now()))
            set_standing(connection, comment_id, Decision(stored["decision"]), label)
    assert set(_exported(house)) == set(ids[:2])
    found = suspects(house.store, house.scorer, 10)
    assert (found[0].who, found[0].quarantined) == ("Mallory", True)
    assert {(one.who, one.quarantined) for one in found[1:]} == {("Ada", False), ("Grace", False)}
    answer = site.post("/v1/comments", json={"content": long.replace("tonight", "at once")})
    assert "near_text_spam" in {reason["code"] for reason in answer.json()["reasons"]}
    assert answer.json()["decision"] == "reject"


def test_a_replay_lists_exactly_what_would_change(house: House, site: httpx.Client) -> None:
    for text in (CERTAIN_HAM, CERTAIN_SPAM, UNSURE):
        _check(site, text)
    same = replay(rescored(house.store, [house.scorer], 0, 100), 10)
    assert (same.comments, same.changed) == (3, 0)
    stricter = Scorer(other_bundle(shift=6.0))
    done = replay(rescored(house.store, [stricter], 0, 100), 1)
    assert done.changed == sum(count for _, _, count in done.directions) == 2
    assert {("approve", "hold"), ("hold", "reject"), ("approve", "reject")} >= {
        (given, after) for given, after, _ in done.directions
    }
    assert len(done.examples) == 1
    held = replay(rescored(house.store, [house.scorer], 0, 100, Limits(0.0001, 0.0001)), 10)
    assert {after for _, after, _ in held.directions} == {"hold"}
    assert json.dumps(done.to_json())
