import json
import re

import httpx
import pytest
from typer.testing import CliRunner

from service.cli import app
from service.clock import now
from service.commands import retention
from service.house import House
from service.settings import Settings
from service.store.retention import (
    DAY,
    Cutoffs,
    forget_twins,
    hide_addresses,
    hide_former_addresses,
    remove_texts,
)
from tests.service.tiny_bundle import CERTAIN_HAM, UNSURE


def cutoffs(addresses: int = 0, held: int = 0, decided: int = 0) -> Cutoffs:
    """Cutoffs that lie this many days in the future: everything stored now is older."""
    at = now() - DAY
    return Cutoffs(at + addresses * DAY, at + held * DAY, at + decided * DAY)


@pytest.mark.parametrize(
    ("address", "neighbour", "stranger"),
    [
        ("192.0.2.77", "192.0.2.8", "192.0.3.77"),
        ("2001:db8:1:2:3::4", "2001:db8:1:9::1", "2001:db8:2::1"),
    ],
)
def test_after_a_day_the_keyed_hash_of_its_network_stands_for_an_address(
    house: House, client: httpx.Client, address: str, neighbour: str, stranger: str
) -> None:
    ids = [_written_from(client, one) for one in (address, neighbour, stranger)]
    # The edit came without an address; the former revision still has it.
    edit = {"content": f"{UNSURE} Edited.", "author": {"name": "Ada"}}
    client.put(f"/v1/comments/{ids[1]}", json=edit).raise_for_status()
    assert _hide(house, cutoffs()) == 0
    assert _hide(house, cutoffs(addresses=2)) == 3
    assert _hide(house, cutoffs(addresses=2)) == 0
    first, second, third = (client.get(f"/v1/comments/{one}").json()["comment"] for one in ids)
    former = client.get(f"/v1/comments/{ids[1]}/revisions").json()["items"][0]["comment"]
    assert re.fullmatch("[0-9a-f]{16}", first["author"].pop("network"))
    assert first["author"] == {"name": "Ada"} == second["author"]
    with house.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT max(identity) FROM comments").scalar() is None
    again = client.get(f"/v1/comments/{ids[0]}").json()["comment"]["author"]["network"]
    assert former["author"]["network"] == again != third["author"]["network"]
    # A page of the desk and an edit read what is left.
    client.put(f"/v1/comments/{ids[0]}", json=edit).raise_for_status()


def _written_from(client: httpx.Client, address: str) -> str:
    sent = {"content": f"{UNSURE} {address}", "author": {"name": "Ada", "ip": address}}
    found: str = client.post("/v1/comments", json=sent).json()["id"]
    return found


def _hide(house: House, before: Cutoffs) -> int:
    mark = house.sealer.network_mark
    with house.store.writing() as connection:
        forget_twins(connection, before)
        now_stored, last = hide_addresses(connection, before, mark, " ")
        assert hide_addresses(connection, before, mark, last or "~") == (0, "")
        return now_stored + hide_former_addresses(connection, before, mark)


def test_no_guess_of_an_address_is_confirmed_by_what_is_left(
    house: House, client: httpx.Client
) -> None:
    sent = {"content": UNSURE, "author": {"name": "Ada", "ip": "192.0.2.77"}, "external_id": "7"}
    first = client.post("/v1/comments", json=sent).json()
    _hide(house, cutoffs(addresses=2))
    sent["author"] = {"name": "Ada", "ip": "198.51.100.9"}
    again = client.post("/v1/comments", json=sent)
    assert (again.status_code, again.json()["id"]) == (201, first["id"])
    sent["author"] = {"name": "Eve", "ip": "192.0.2.77"}
    assert client.post("/v1/comments", json=sent).status_code == 409


def test_a_comment_whose_text_has_gone_still_answers_to_its_id(
    house: House, client: httpx.Client
) -> None:
    sent = {"content": UNSURE, "author": {"name": "Ada"}, "external_id": "7"}
    first = client.post("/v1/comments", json=sent).json()
    with house.store.writing() as connection:
        assert remove_texts(connection, cutoffs(held=2)) == 1
        kept = connection.exec_driver_sql("SELECT document_hash FROM comments").scalar_one()
    assert bytes(kept) == b""
    again = client.post("/v1/comments", json=sent)
    assert (again.status_code, again.json()["id"]) == (201, first["id"])


def test_the_command_goes_over_everything(
    sqlite_settings: Settings, sqlite_client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment_id = _written_from(sqlite_client, "192.0.2.77")
    for name in ("data_dir", "bundle_dir"):
        monkeypatch.setenv(f"WINNOW_{name.upper()}", str(getattr(sqlite_settings, name)))
    monkeypatch.setattr(retention, "now", lambda: now() + 2 * DAY)
    done = CliRunner().invoke(app, ["retention", "run", "--json"])
    assert json.loads(done.stdout) == [{"addresses": 1, "texts": 0}]
    author = sqlite_client.get(f"/v1/comments/{comment_id}").json()["comment"]["author"]
    assert author.keys() == {"name", "network"}
    for file in sqlite_settings.data_dir.glob("winnow.db*"):
        assert b'"ip":"192.0.2.77"' not in file.read_bytes()


def test_old_texts_go_and_labelled_ones_stay(house: House, client: httpx.Client) -> None:
    ids = [
        client.post("/v1/comments", json={"content": content}).json()["id"]
        for content in (UNSURE, CERTAIN_HAM, f"{UNSURE} And labelled.")
    ]
    client.post(f"/v1/comments/{ids[2]}/label", json={"label": "ham"})
    with house.store.writing() as connection:
        assert remove_texts(connection, cutoffs()) == 0
        assert remove_texts(connection, cutoffs(held=2)) == 1
        assert remove_texts(connection, cutoffs(held=2)) == 0
        assert remove_texts(connection, cutoffs(held=2, decided=2)) == 1
    contents = [
        client.get(f"/v1/comments/{comment_id}").json()["comment"]["content"] for comment_id in ids
    ]
    assert contents == ["", "", f"{UNSURE} And labelled."]
    assert client.get(f"/v1/comments/{ids[0]}").json()["decision"] == "hold"
