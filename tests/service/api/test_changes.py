"""The feed; the long form of the last test: WINNOW_TEST_CHANGES=100000 pytest …/test_changes.py."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from service.house import House
from tests.service.running import KEY
from tests.service.tiny_bundle import CERTAIN_HAM, UNSURE
from tests.service.webhooks.shops import until

CHANGES = int(os.environ.get("WINNOW_TEST_CHANGES", "480"))
KILLS = int(os.environ.get("WINNOW_TEST_KILLS", "3"))
WRITERS, REPLICAS = 4, 2


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


def _environ(house: House) -> dict[str, str]:
    settings = house.settings
    database = {"WINNOW_DATABASE_URL": settings.database_url} if settings.database_url else {}
    return {
        **os.environ,
        "WINNOW_DATA_DIR": str(settings.data_dir),
        "WINNOW_BUNDLE_DIR": str(settings.bundle_dir),
        **database,
    }


def _reader(client: httpx.Client, file: Path) -> "subprocess.Popen[bytes]":
    script = Path(__file__).with_name("change_reader.py")
    return subprocess.Popen([sys.executable, str(script), str(client.base_url), KEY, str(file)])


def _seen(file: Path) -> list[tuple[int, str, str]]:
    if not file.exists():
        return []
    own = sqlite3.connect(file)
    try:
        return own.execute("SELECT * FROM seen ORDER BY rowid").fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        own.close()


@pytest.mark.reliability
@pytest.mark.timeout(3600)
def test_a_killed_reader_sees_each_change_of_concurrent_writers_once(
    house: House, client: httpx.Client, tmp_path: Path
) -> None:
    each = str(CHANGES // WRITERS // REPLICAS)
    command = [sys.executable, "-m", "tests.service.api.change_writers", str(WRITERS), each]
    writers = [subprocess.Popen(command, env=_environ(house)) for _ in range(REPLICAS)]
    file = tmp_path / "blog.db"
    for _ in range(KILLS):
        reader, before = _reader(client, file), len(_seen(file))
        until(lambda before=before: len(_seen(file)) > before or len(_seen(file)) == CHANGES, 120)  # type: ignore[misc]
        time.sleep(random.random() * 0.2)
        reader.kill()
        reader.wait()
    reader = _reader(client, file)
    assert [writer.wait() for writer in writers] == [0] * REPLICAS
    until(lambda: len(_seen(file)) >= CHANGES, 600)
    reader.kill()
    reader.wait()
    seen = _seen(file)
    assert [position for position, _, _ in seen] == list(range(1, CHANGES + 1))
    with house.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT id, standing FROM comments").all()
    assert {comment: decision for _, comment, decision in seen} == {r.id: r.standing for r in rows}
