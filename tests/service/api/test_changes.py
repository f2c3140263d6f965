"""The feed; tests/reliability/test_feed.py writes to it from all sides."""

import httpx
import pytest

from tests.service.tiny_bundle import CERTAIN_HAM, UNSURE


def test_the_feed_says_what_happened_in_order(client: httpx.Client) -> None:
    first = client.post("/v1/comments", json={"content": UNSURE, "external_id": "7"}).json()
    second = client.post("/v1/comments", json={"content": CERTAIN_HAM}).json()
    client.post(f"/v1/comments/{first['id']}/label", json={"label": "spam"})
    feed = client.get("/v1/changes").json()
    assert [
        (one["cursor"], one["kind"], one["comment_id"], one["external_id"], one["decision"])
        for one in feed["items"]
    ] == [
        ("1", "decided", first["id"], "7", "hold"),
        ("2", "decided", second["id"], None, "approve"),
        ("3", "reviewed", first["id"], "7", "reject"),
    ]
    assert feed["items"][2]["label"] == "spam"
    assert (feed["cursor"], feed["more"]) == ("3", False)
    assert client.get("/v1/changes", params={"cursor": "3"}).json() == {
        "items": [],
        "cursor": "3",
        "more": False,
    }


def test_the_feed_is_read_in_pieces(sqlite_client: httpx.Client) -> None:
    batch = {"comments": [{"content": f"{CERTAIN_HAM} {n}"} for n in range(5)]}
    sqlite_client.post("/v1/comments/batch", json=batch)
    seen, cursor, more = [], "0", True
    while more:
        query = {"cursor": cursor, "limit": "2"}
        piece = sqlite_client.get("/v1/changes", params=query).json()
        seen += [one["cursor"] for one in piece["items"]]
        cursor, more = piece["cursor"], piece["more"]
    assert seen == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("cursor", ["-1", "x", "", "9" * 20])
def test_a_cursor_that_is_not_ours_is_refused(sqlite_client: httpx.Client, cursor: str) -> None:
    refused = sqlite_client.get("/v1/changes", params={"cursor": cursor})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("cursor", ["1", "9" * 19])
def test_a_cursor_from_the_future_is_a_conflict(sqlite_client: httpx.Client, cursor: str) -> None:
    refused = sqlite_client.get("/v1/changes", params={"cursor": cursor})
    assert refused.status_code == 409
    assert "start again with 0" in refused.json()["detail"]
