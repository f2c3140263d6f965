"""The example blog beside a running service: what a visitor posts, and what becomes of it."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.clock import now
from service.events import Event
from service.house import House
from service.settings import Settings
from service.store.endpoints import NewEndpoint, add_endpoint
from service.store.keys import all_sites
from service.webhooks.message import new_webhook_secret
from tests.service.conftest import bundle_dir, open_house, sqlite_settings
from tests.service.running import KEY, running
from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM, UNSURE
from tests.service.webhooks.shops import until

__all__ = ["bundle_dir", "sqlite_settings"]
FOLDER = Path(__file__).parents[2] / "integrations" / "example-blog"


@pytest.fixture
def house(sqlite_settings: Settings) -> House:
    return open_house(sqlite_settings.model_copy(update={"private_receivers": "127.0.0.0/8"}))


@pytest.fixture
def api(house: House) -> Iterator[httpx.Client]:
    with running(house) as client:
        yield client


@pytest.fixture
def visitor(house: House, api: httpx.Client) -> Iterator[httpx.Client]:
    """Somebody with a browser in front of the running blog."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    secret = new_webhook_secret()
    with house.store.writing() as connection:
        site, url = all_sites(connection)[0], f"http://127.0.0.1:{port}/hooks/winnow"
        sealed = house.sealer.seal(secret)
        add_endpoint(
            connection, NewEndpoint(house.new_id(), site.id, url, now(), tuple(Event), sealed)
        )
    told = {"BLOG_WINNOW": str(api.base_url), "BLOG_KEY": KEY, "BLOG_SECRET": secret}
    command = ["-m", "uvicorn", "blog:app", "--app-dir", str(FOLDER), "--port", str(port)]
    blog = subprocess.Popen(
        [sys.executable, *command], env={**os.environ, **told}, stderr=subprocess.DEVNULL
    )
    base = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=base, follow_redirects=True, timeout=20) as client:
        until(lambda: _answers(client))
        yield client
    blog.terminate()
    blog.wait()


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/").status_code == 200
    except httpx.TransportError:
        return False


def _post(visitor: httpx.Client, content: str) -> str:
    page = visitor.get("/").text
    shown = re.search(r'name="shown_at" value="([^"]+)"', page)
    assert shown is not None
    # As if the form had been open for a while: nobody types within two seconds.
    form = {"author": "Ada", "content": content, "shown_at": str(float(shown.group(1)) - 20)}
    return visitor.post("/comments", data=form).text


def test_a_reviewed_comment_appears_on_the_blog(visitor: httpx.Client, api: httpx.Client) -> None:
    _post(visitor, CERTAIN_HAM)
    until(lambda: "awaiting moderation" not in visitor.get("/").text, 60)
    assert "1 comment<" in visitor.get("/").text
    # Where the machine is too busy for an answer in time, the blog asks again.
    _post(visitor, CERTAIN_SPAM)
    until(lambda: "lucky-casino" not in visitor.get("/").text, 60)
    assert "awaiting moderation" in _post(visitor, UNSURE)
    base = str(visitor.base_url)
    assert "old machine?" not in httpx.get(base).text
    until(lambda: _held(api), 60)
    (held,) = _held(api)
    api.post(f"/v1/comments/{held}/label", json={"label": "ham"}).raise_for_status()
    until(lambda: "old machine?" in httpx.get(base).text)
    assert "awaiting moderation" not in visitor.get("/").text


def _held(api: httpx.Client) -> list[str]:
    feed = api.get("/v1/changes").json()["items"]
    return [one["comment_id"] for one in feed if one["decision"] == "hold"]


def test_a_comment_that_came_while_winnow_was_away_is_asked_about_again(
    visitor: httpx.Client, house: House, sqlite_settings: Settings
) -> None:
    with sqlite3.connect(sqlite_settings.data_dir / "winnow.db", isolation_level=None) as holder:
        holder.execute("BEGIN IMMEDIATE")
        waits = _post(visitor, CERTAIN_HAM)
        holder.rollback()
    holder.close()
    assert "awaiting moderation" in waits
    until(lambda: "awaiting moderation" not in visitor.get("/").text, 60)
    assert "1 comment<" in visitor.get("/").text


def test_a_forged_webhook_is_refused(visitor: httpx.Client) -> None:
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    assert visitor.post("/hooks/winnow", content=b"{}", headers=headers).status_code == 401
