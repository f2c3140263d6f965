"""Export and erasure, checked by searching everything that is on disk."""

import json

import httpx
import pytest

from models.comment import Label
from service.house import House
from service.store.keys import all_sites
from service.store.labelled import ImportedComment, add_imported, imported_rows
from tests.service.tiny_bundle import CERTAIN_HAM, UNSURE

NAME, EMAIL, ADDRESS = "Ottoline Quist", "ottoline.quist@example.org", "198.51.100.77"
TEXT = f"{UNSURE} My neighbour Zebulon says so."
OTHER = {"name": "Ada", "email": "ada@example.org", "ip": "192.0.2.1"}


def write(client: httpx.Client) -> list[str]:
    """Let the person write, be edited and be labelled, and somebody else write beside."""
    author = {"name": NAME, "email": EMAIL, "ip": ADDRESS, "user_agent": "Quistfox/1"}
    sent = [
        {"content": TEXT, "author": author, "external_id": "q-1"},
        {"content": f"{TEXT} Twice.", "author": author | {"email": EMAIL.upper()}},
        {"content": CERTAIN_HAM, "author": OTHER},
    ]
    ids = [client.post("/v1/comments", json=one).json()["id"] for one in sent]
    edited = {"content": "Nothing to see.", "author": OTHER}
    client.put(f"/v1/comments/{ids[1]}", json=edited).raise_for_status()
    client.post(f"/v1/comments/{ids[0]}/label", json={"label": "spam"}).raise_for_status()
    client.post(f"/v1/comments/{ids[2]}/label", json={"label": "ham"}).raise_for_status()
    return ids


def test_an_export_has_all_that_is_stored(client: httpx.Client) -> None:
    ids = write(client)
    found = client.get("/v1/people/export", params={"email": EMAIL}).json()["comments"]
    assert {one["comment_id"] for one in found} == set(ids[:2])
    first = next(one for one in found if one["comment_id"] == ids[0])
    assert first["comment"]["author"]["user_agent"] == "Quistfox/1"
    assert [label["label"] for label in first["labels"]] == ["spam"]
    assert first["hashes"]["author_key"] is not None
    second = next(one for one in found if one["comment_id"] == ids[1])
    assert TEXT in second["revisions"][0]["document"]


@pytest.mark.parametrize("by", [{"email": EMAIL.title()}, {"name": NAME.lower()}])
def test_erasure_leaves_nothing_of_the_person_anywhere(
    house: House,
    client: httpx.Client,
    by: dict[str, str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    ids = write(client)
    done = client.delete("/v1/people", params=by).json()
    assert done == {"comments": 2, "labels": 1}
    for comment_id in ids[:2]:
        assert client.get(f"/v1/comments/{comment_id}").status_code == 404
    assert client.get(f"/v1/comments/{ids[2]}").json()["label"] == "ham"
    feed = client.get("/v1/changes").json()["items"]
    assert {one["comment_id"] for one in feed if one["kind"] == "erased"} == set(ids[:2])
    assert client.get("/v1/people/export", params=by).json()["comments"] == []
    logged = "".join(capfd.readouterr())
    for word in (NAME, EMAIL, ADDRESS, "Zebulon", "Quistfox"):
        assert word.lower() not in logged.lower()
        if house.store.is_sqlite:
            for file in house.settings.data_dir.rglob("*"):
                if file.is_file():
                    assert word.lower().encode() not in file.read_bytes().lower(), file
    # The same text is new to us again: its hashes went too.
    again = client.post("/v1/comments", json={"content": TEXT, "author": OTHER}).json()
    assert "same_text_spam" not in {reason["code"] for reason in again["reasons"]}


def test_one_comment_is_erased_like_a_person(house: House, client: httpx.Client) -> None:
    first, second, other = write(client)
    for comment_id in (first, second):
        assert client.delete(f"/v1/comments/{comment_id}").status_code == 204
        assert client.delete(f"/v1/comments/{comment_id}").status_code == 404
    assert client.get("/v1/people/export", params={"email": EMAIL}).json()["comments"] == []
    assert client.get(f"/v1/comments/{other}").status_code == 200
    if house.store.is_sqlite:
        for file in house.settings.data_dir.glob("winnow.db*"):
            assert b"zebulon" not in file.read_bytes().lower()
    # A blog may use the id again: nothing is remembered of what it stood for.
    again = client.post("/v1/comments", json={"content": CERTAIN_HAM, "external_id": "q-1"})
    assert again.status_code == 201


def test_an_erasure_is_marked_for_the_next_retrain(house: House, client: httpx.Client) -> None:
    write(client)
    client.delete("/v1/people", params={"email": EMAIL})
    with house.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT comments, labels FROM erasures").all()
    assert [tuple(row) for row in rows] == [(2, 1)]


@pytest.mark.parametrize("query", [{}, {"email": " "}, {"name": ""}])
def test_nobody_is_not_everybody(sqlite_client: httpx.Client, query: dict[str, str]) -> None:
    write(sqlite_client)
    assert sqlite_client.delete("/v1/people", params=query).status_code == 422
    assert len(sqlite_client.get("/v1/changes").json()["items"]) == 6


def test_imported_comments_of_a_person_go_too(house: House, client: httpx.Client) -> None:
    with house.store.writing() as connection:
        site_id = all_sites(connection)[0].id
        add_imported(
            connection,
            [
                ImportedComment(site_id, key, Label.HAM, json.dumps(row), "import", 1)
                for key, row in {
                    "old-1": {"content": "Zebulon came by.", "author_name": NAME.upper()},
                    "old-2": {"content": "Nobody came by.", "author_name": "Ada"},
                }.items()
            ],
        )
    (found,) = client.get("/v1/people/export", params={"name": NAME}).json()["comments"]
    assert found["imported"]["content"] == "Zebulon came by."
    assert client.delete("/v1/people", params={"name": NAME}).json() == {"comments": 1, "labels": 1}
    with house.store.reading() as connection:
        assert [one.id for one in imported_rows(connection)] == ["old-2"]
