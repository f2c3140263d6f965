"""Conformance point 21: the plugin is told of our reviewers' answers."""

import json
from collections.abc import Iterator

import httpx
import pytest

from service.akismet.callback import trusted_callback
from service.outgoing.policy import OutgoingPolicy
from service.settings import Settings
from tests.service.akismet.blogs import AkismetBlog
from tests.service.tiny_bundle import UNSURE
from tests.service.webhooks.shops import Listener, taking, until


@pytest.fixture
def sqlite_settings(sqlite_settings: Settings) -> Settings:
    return sqlite_settings.model_copy(update={"private_receivers": "127.0.0.0/8"})


@pytest.fixture
def wordpress() -> Iterator[Listener]:
    """Stands where the blog's own web server is."""
    listener = taking()
    yield listener
    listener.stop()


def check(blog: AkismetBlog, wordpress: Listener, content: str) -> str:
    base = f"http://127.0.0.1:{wordpress.port}"
    callback = f"{base}/wp-json/akismet/v1/webhook"
    return blog.check(content, blog=base, callback=callback).headers["x-akismet-guid"]


@pytest.mark.parametrize(("label", "result"), [("ham", "false"), ("spam", "true")])
def test_21_a_review_reaches_the_plugin_with_key_guid_and_result(
    blog: AkismetBlog, api: httpx.Client, wordpress: Listener, label: str, result: str
) -> None:
    guid = check(blog, wordpress, UNSURE)
    api.post(f"/v1/comments/{guid}/label", json={"label": label}).raise_for_status()
    until(lambda: wordpress.received)
    told = wordpress.received[0]
    assert told.path == "/wp-json/akismet/v1/webhook"
    assert told.headers["x-akismet-webhook"] == "1"
    assert json.loads(told.body) == {
        "key": blog.key,
        "endpoint": "comment-check",
        "comments": [{"guid": guid, "result": result}],
    }


def test_21_what_the_plugin_did_not_take_is_told_again(
    blog: AkismetBlog, api: httpx.Client
) -> None:
    wordpress = Listener(lambda handler, n: handler.answer(500 if n == 1 else 200)).start()
    guid = check(blog, wordpress, UNSURE)
    api.post(f"/v1/comments/{guid}/label", json={"label": "ham"}).raise_for_status()
    until(lambda: wordpress.received)
    with blog.house.store.writing() as connection:
        connection.exec_driver_sql("UPDATE endpoints SET paused_until = NULL")
        connection.exec_driver_sql("UPDATE deliveries SET due_at = 1")
    until(lambda: len(wordpress.received) == 2)
    wordpress.stop()
    first, again = wordpress.received
    assert first.body == again.body


def test_21_a_report_from_the_plugin_is_not_told_back_to_it(
    blog: AkismetBlog, api: httpx.Client, wordpress: Listener
) -> None:
    first, second = (check(blog, wordpress, f"{UNSURE} {n}") for n in range(2))
    blog.report("spam", f"{UNSURE} 0", guid=first)
    api.post(f"/v1/comments/{second}/label", json={"label": "ham"}).raise_for_status()
    until(lambda: wordpress.received)
    assert [one.json["comments"][0]["guid"] for one in wordpress.received] == [second]


def test_21_the_key_is_not_stored_where_a_thief_of_the_database_reads_it(
    blog: AkismetBlog, api: httpx.Client, wordpress: Listener
) -> None:
    guid = check(blog, wordpress, UNSURE)
    api.post(f"/v1/comments/{guid}/label", json={"label": "ham"})
    until(lambda: wordpress.received)
    for file in blog.house.settings.data_dir.glob("winnow.db*"):
        assert blog.key.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    ("callback", "blog", "trusted"),
    [
        ("https://blog.example/hook", "https://blog.example/", True),
        ("http://blog.example:8080/hook", "https://blog.example", True),
        ("https://BLOG.example/hook", "https://blog.example", True),
        ("https://other.example/hook", "https://blog.example", False),
        ("https://blog.example.evil.example/hook", "https://blog.example", False),
        ("https://blog.example@evil.example/hook", "https://blog.example", False),
        ("https://user:pass@blog.example/hook", "https://blog.example", False),
        ("ftp://blog.example/hook", "ftp://blog.example", False),
        ("//blog.example/hook", "https://blog.example", False),
        ("http://[::1/hook", "http://[::1", False),
        ("", "", False),
        (None, "https://blog.example", False),
        ("https://blog.example/" + "a" * 3000, "https://blog.example", False),
    ],
)
def test_21_only_the_blogs_own_host_is_called(
    callback: str | None, blog: str, trusted: bool
) -> None:
    assert (trusted_callback(callback, blog, OutgoingPolicy()) is not None) is trusted
