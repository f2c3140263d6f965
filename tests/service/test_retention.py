import httpx
import pytest

from service.clock import now
from service.house import House
from service.store.retention import DAY, Cutoffs, remove_texts, shorten_addresses
from tests.service.tiny_bundle import CERTAIN_HAM, UNSURE


def cutoffs(addresses: int = 0, held: int = 0, decided: int = 0) -> Cutoffs:
    """Cutoffs that lie this many days in the future: everything stored now is older."""
    at = now() - DAY
    return Cutoffs(at + addresses * DAY, at + held * DAY, at + decided * DAY)


@pytest.mark.parametrize(
    ("address", "short"),
    [("192.0.2.77", "192.0.2.0"), ("2001:db8:1:2:3::4", "2001:db8:1::")],
)
def test_addresses_are_shortened_in_comments_and_revisions(
    house: House, client: httpx.Client, address: str, short: str
) -> None:
    sent = {"content": UNSURE, "author": {"name": "Ada", "ip": address}}
    comment_id = client.post("/v1/comments", json=sent).json()["id"]
    client.put(f"/v1/comments/{comment_id}", json=sent | {"content": f"{UNSURE} Edited."})
    with house.store.writing() as connection:
        assert shorten_addresses(connection, cutoffs(), " ")[0] == 0
        assert shorten_addresses(connection, cutoffs(addresses=2), " ") == (1, comment_id)
        assert shorten_addresses(connection, cutoffs(addresses=2), " ") == (0, comment_id)
        assert shorten_addresses(connection, cutoffs(addresses=2), comment_id) == (0, "")
    now_stored = client.get(f"/v1/comments/{comment_id}").json()["comment"]
    assert now_stored["author"] == {"name": "Ada", "ip": short}
    before = client.get(f"/v1/comments/{comment_id}/revisions").json()["items"]
    assert before[0]["comment"]["author"]["ip"] == short


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
