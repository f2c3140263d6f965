"""The rules that real clients were seen to need, each with its number."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from service.house import House
from service.settings import Settings
from tests.service.akismet.blogs import BLOG, DISCOURSE, THANKS, WORDPRESS, AkismetBlog
from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM, UNSURE

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


@contextmanager
def locked(house: House) -> Iterator[None]:
    """Let another process hold the database, so that nothing can be stored."""
    holder = sqlite3.connect(house.settings.data_dir / "winnow.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.close()


@pytest.mark.parametrize("call", ["verify-key", "comment-check", "submit-spam", "submit-ham"])
def test_rule_1_all_calls_take_a_form_with_a_charset(blog: AkismetBlog, call: str) -> None:
    form = f"key={blog.key}&blog={BLOG}&user_ip=192.0.2.7&comment_content=Gr%C3%BC%C3%9Fe"
    answer = httpx.post(f"{blog.base}/1.1/{call}", content=form, headers=FORM)
    assert answer.status_code == 200
    assert answer.text in ("valid", "true", "false", THANKS)


def test_rule_2_a_key_in_the_host_alone_is_enough_for_every_call(blog: AkismetBlog) -> None:
    for call in ("verify-key", "comment-check", "submit-ham"):
        answer = httpx.post(
            f"{blog.base}/1.1/{call}",
            data={"blog": BLOG, "user_ip": "192.0.2.7", "comment_content": UNSURE},
            headers={"Host": f"{blog.key}.akismet.example:80"},
        )
        assert answer.text != "invalid"


def test_rule_2_verify_key_takes_api_key_too(blog: AkismetBlog) -> None:
    assert blog.post("/1.1/verify-key").text == "valid"


def test_rule_3_bodies_are_exact(blog: AkismetBlog) -> None:
    assert blog.post("/1.1/verify-key").content == b"valid"
    assert blog.post("/1.1/verify-key", api_key="x").content == b"invalid"
    assert blog.check(CERTAIN_SPAM).content == b"true"
    assert blog.check(CERTAIN_HAM).content == b"false"
    assert blog.report("ham", CERTAIN_HAM).content == THANKS.encode()


def test_rule_4_invalid_is_status_200_for_every_call(blog: AkismetBlog) -> None:
    calls = ("verify-key", "comment-check", "submit-spam", "submit-ham", "get-stats",
             "get-subscription", "deactivate", "token")  # fmt: skip
    for call in calls:
        answer = blog.post(f"/1.1/{call}", api_key="0" * 12, user_ip="192.0.2.7")
        assert (call, answer.status_code, answer.text) == (call, 200, "invalid")


def test_rule_5_the_guid_is_the_stored_comment(blog: AkismetBlog, api: httpx.Client) -> None:
    guid = blog.check(CERTAIN_SPAM).headers["x-akismet-guid"]
    assert api.get(f"/v1/comments/{guid}").json()["comment"]["content"] == CERTAIN_SPAM


def test_rule_6_an_error_is_invalid_with_the_reason_in_a_header(blog: AkismetBlog) -> None:
    answer = blog.check(CERTAIN_HAM, user_ip="")
    assert answer.text == "invalid"
    assert answer.headers["x-akismet-debug-help"] == "the parameter user_ip is missing"


def test_rule_6_a_body_beyond_256_kb_is_an_error_of_that_kind(blog: AkismetBlog) -> None:
    answer = blog.check("a" * 300_000)
    assert (answer.status_code, answer.text) == (200, "invalid")
    assert "262144" in answer.headers["x-akismet-debug-help"]
    assert answer.headers["x-akismet-guid"]


def test_rule_7_good_answers_carry_no_help_and_no_alert(blog: AkismetBlog) -> None:
    answers = [
        blog.post("/1.1/verify-key"),
        blog.check(CERTAIN_HAM),
        blog.check(CERTAIN_SPAM),
        blog.check(UNSURE),
        blog.report("spam", UNSURE),
        blog.post("/1.1/get-stats"),
    ]
    for answer in answers:
        assert "x-akismet-debug-help" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("x-akismet-alert")]


def test_rule_8_discard_is_off_unless_the_key_allows_it(blog: AkismetBlog) -> None:
    answer = blog.check(CERTAIN_SPAM)
    assert (answer.text, "x-akismet-pro-tip" in answer.headers) == ("true", False)


def test_rule_9_recheck_after_is_never_sent(blog: AkismetBlog) -> None:
    for content in (CERTAIN_HAM, CERTAIN_SPAM, UNSURE):
        assert "x-akismet-recheck-after" not in blog.check(content).headers


def test_rule_10_an_error_header_comes_with_a_guid(blog: AkismetBlog) -> None:
    held = blog.check(UNSURE, WORDPRESS)
    assert held.headers["x-akismet-error"]
    assert held.headers["x-akismet-guid"]


def test_rule_11_the_settings_page_of_wordpress_accepts_the_key(blog: AkismetBlog) -> None:
    assert len(blog.key) == 12
    assert (
        httpx.post(f"{blog.base}/1.1/verify-key", data={"key": blog.key, "blog": BLOG}).text
        == "valid"
    )
    subscription = blog.post("/1.1/get-subscription").json()
    assert subscription["status"] == "active"
    assert (subscription["next_billing_date"], subscription["limit_reached"]) == (False, False)


def test_rule_12_the_other_calls_of_wordpress_are_answered(blog: AkismetBlog) -> None:
    blog.check(CERTAIN_SPAM)
    stats = blog.post("/1.1/get-stats", **{"from": "6-months"}).json()
    assert (stats["spam"], stats["ham"], stats["accuracy"]) == (1, 0, "100.00")
    assert len(stats["breakdown"]) == 6
    assert httpx.get(f"{blog.base}/1.1/test").text == "connected"
    assert blog.post("/1.1/deactivate").text == "deactivated"
    assert blog.post("/1.1/token").text.isalnum()
    assert httpx.get(f"{blog.base}/1.2/compatible-plugins").status_code == 404


def test_rule_12_key_sites_without_any_key_is_invalid(blog: AkismetBlog) -> None:
    assert httpx.get(f"{blog.base}/1.2/key-sites?format=json").text == "invalid"


def test_rule_13_what_can_not_wait_is_refused_at_once(
    narrow: AkismetBlog,
) -> None:
    refused = threading.Event()

    def check(number: int) -> httpx.Response:
        answer = narrow.check(f"{UNSURE} {number}")
        if answer.status_code == 503:
            refused.set()
        return answer

    with ThreadPoolExecutor(6) as pool:
        with locked(narrow.house):
            answers = [pool.submit(check, number) for number in range(6)]
            # The lock is held until somebody was refused: nobody waited for the database.
            assert refused.wait(10)
        found = [answer.result() for answer in answers]
    for answer in found:
        assert answer.headers["x-akismet-guid"]
        assert answer.status_code != 503 or answer.text not in ("true", "false")


@pytest.fixture
def sqlite_settings(sqlite_settings: Settings, request: pytest.FixtureRequest) -> Settings:
    narrow = "narrow" in request.fixturenames
    return sqlite_settings.model_copy(update={"queue_size": 1} if narrow else {})


@pytest.fixture
def narrow(blog: AkismetBlog) -> AkismetBlog:
    """A blog whose service lets one comment wait."""
    return blog


def test_rule_14_without_a_store_the_answer_is_503_with_a_guid(blog: AkismetBlog) -> None:
    with locked(blog.house):
        answer = blog.check(CERTAIN_HAM)
    assert answer.status_code == 503
    assert answer.text not in ("true", "false")
    assert answer.headers["x-akismet-guid"]
    assert int(answer.headers["retry-after"]) >= 1
    assert "x-akismet-debug-help" not in answer.headers
    assert blog.check(CERTAIN_HAM).text == "false"


def test_rule_15_empty_content_is_answered(blog: AkismetBlog, api: httpx.Client) -> None:
    answer = blog.check("", comment_type="pingback", akismet_pre_check="1")
    assert answer.text in ("true", "false")
    read = api.get(f"/v1/comments/{answer.headers['x-akismet-guid']}")
    assert (read.status_code, read.json()["comment"]["type"]) == (200, "pingback")


def test_rule_15_strange_addresses_and_controls_are_no_reason_to_refuse(blog: AkismetBlog) -> None:
    answer = blog.check("nul \0 and bell \a here", user_ip="unknown", comment_author="A" * 9000)
    assert answer.text in ("true", "false")
    assert blog.report("ham", "an old comment", user_ip="").text == THANKS


def test_rule_15_long_content_is_cut_and_held(blog: AkismetBlog) -> None:
    answer = blog.check("word " * 14_000)
    assert (answer.headers["x-winnow-decision"], answer.text) == ("hold", "false")
    assert "too_long" in answer.headers["x-winnow-reason"]


def test_rule_16_test_values_are_answered_as_documented(blog: AkismetBlog) -> None:
    assert blog.check(CERTAIN_SPAM, user_role="administrator", is_test="1").text == "false"
    assert blog.check(CERTAIN_HAM, comment_author="viagra-test-123", is_test="true").text == "true"
    worst = blog.check(CERTAIN_HAM, DISCOURSE, test_discard="1", is_test="1")
    assert (worst.text, worst.headers["x-akismet-pro-tip"]) == ("true", "discard")
