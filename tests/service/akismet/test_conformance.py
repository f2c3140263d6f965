"""The conformance points 1 to 16 of the protocol, each with its number: keys and checks."""

import re

import httpx
import pytest

from service.akismet.client import HoldAs
from tests.service.akismet.blogs import BLOG, DISCOURSE, THANKS, WORDPRESS, AkismetBlog
from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM, SPAM, UNSURE

GOOD_ANSWER_NEVER_HAS = ("x-akismet-debug-help", "x-akismet-alert-code", "x-akismet-error")


def test_1_verify_key_says_valid_or_invalid_with_help(blog: AkismetBlog) -> None:
    good = blog.post("/1.1/verify-key", key=blog.key)
    assert (good.status_code, good.text) == (200, "valid")
    assert good.headers["content-type"].startswith("text/plain")
    bad = httpx.post(f"{blog.base}/1.1/verify-key", data={"key": "0" * 12, "blog": BLOG})
    assert (bad.status_code, bad.text) == (200, "invalid")
    assert "winnow keys add" in bad.headers["x-akismet-debug-help"]


def test_2_bodies_have_no_newline_and_no_quotes(blog: AkismetBlog) -> None:
    assert blog.check(CERTAIN_HAM).content == b"false"
    assert blog.check(CERTAIN_SPAM).content == b"true"
    assert blog.report("spam", CERTAIN_SPAM).content == THANKS.encode()


@pytest.mark.parametrize("where", ["api_key", "key", "host", "host with port", "query"])
def test_3_the_key_is_taken_from_every_place(blog: AkismetBlog, where: str) -> None:
    form = {"blog": BLOG, "user_ip": "192.0.2.7", "comment_content": CERTAIN_HAM}
    headers, query = {}, {}
    if where.startswith("host"):
        port = ":8400" if "port" in where else ""
        headers["Host"] = f"{blog.key}.rest.winnow.example{port}"
    elif where == "query":
        query["api_key"] = blog.key
    else:
        form[where] = blog.key.upper() if where == "key" else blog.key
    url = f"{blog.base}/1.1/comment-check"
    answer = httpx.post(url, data=form, headers=headers, params=query)
    assert answer.text == "false"


def test_4_keys_have_exactly_12_hexadecimal_characters(blog: AkismetBlog) -> None:
    assert re.fullmatch("[0-9a-f]{12}", blog.key)


@pytest.mark.parametrize(
    "fields",
    [
        {"comment_author": "akismet-guaranteed-spam"},
        {"comment_author": "viagra-test-123"},
        {"comment_author_email": "akismet-guaranteed-spam@example.com"},
    ],
)
def test_5_guaranteed_spam_is_spam(blog: AkismetBlog, fields: dict[str, str]) -> None:
    assert blog.check(CERTAIN_HAM, **fields).text == "true"


@pytest.mark.parametrize("role", ["administrator", "editor,administrator", "Editor, Administrator"])
def test_6_an_administrator_is_always_ham(blog: AkismetBlog, role: str) -> None:
    assert blog.check(CERTAIN_SPAM, user_role=role).text == "false"
    assert (
        blog.check(CERTAIN_SPAM, user_role=role, comment_author="viagra-test-123").text == "false"
    )


@pytest.mark.parametrize("says", ["1", "true", "True"])
def test_7_a_test_leaves_nothing_to_learn_from(blog: AkismetBlog, says: str) -> None:
    check = blog.check(UNSURE, is_test=says)
    assert blog.report("spam", UNSURE, is_test=says).text == THANKS
    assert (
        blog.report("spam", UNSURE, is_test=says, guid=check.headers["x-akismet-guid"]).text
        == THANKS
    )
    assert blog.labels() == []
    with blog.house.store.reading() as connection:
        traces = connection.exec_driver_sql("SELECT test, text_key, author_key FROM comments")
        assert [tuple(row) for row in traces] == [(1, None, None)]


@pytest.mark.parametrize("missing", ["user_ip", "blog"])
def test_8_a_missing_parameter_is_invalid_with_help(blog: AkismetBlog, missing: str) -> None:
    answer = blog.check(CERTAIN_HAM, **{missing: ""})
    assert (answer.status_code, answer.text) == (200, "invalid")
    assert missing in answer.headers["x-akismet-debug-help"]
    assert answer.headers["x-akismet-guid"]


def test_9_hundreds_of_unknown_fields_are_ignored(blog: AkismetBlog) -> None:
    extra = {f"POST_field_{n}": "a" * 20 for n in range(400)} | {
        "HTTP_ACCEPT": "text/html",
        "REQUEST_URI": "/wp-comments-post.php",
        "comment_post_ID": "12",
        "akismet_comment_nonce": "passed",
        "tabs\tand\nlines": "x",
    }
    assert blog.check(CERTAIN_HAM, **extra).text == "false"


@pytest.mark.parametrize(
    "body",
    ["comment_context=beans,tea", "comment_context[]=beans&comment_context[]=tea",
     "comment_context%5B0%5D=beans&comment_context%5B1%5D=tea"],
)  # fmt: skip
def test_10_the_context_comes_in_three_spellings(blog: AkismetBlog, body: str) -> None:
    form = f"api_key={blog.key}&blog={BLOG}&user_ip=192.0.2.7&comment_content=hello+there&{body}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = httpx.post(f"{blog.base}/1.1/comment-check", content=form, headers=kind)
    document = blog.document(answer.headers["x-akismet-guid"])
    assert '"excerpt":"beans' in document
    assert "tea" in document


def test_11_content_type_is_an_alias_of_comment_type(blog: AkismetBlog) -> None:
    answer = blog.check(CERTAIN_HAM, DISCOURSE, comment_type="", content_type="forum-post")
    document = blog.document(answer.headers["x-akismet-guid"])
    assert '"type":"forum-post"' in document


def test_11_a_type_that_nobody_knows_is_a_comment(blog: AkismetBlog) -> None:
    assert blog.check(CERTAIN_HAM, comment_type="blog-post-review").text == "false"


@pytest.mark.parametrize("field", ["hidden_field", "POST_hidden_field"])
def test_12_a_filled_honeypot_makes_the_answer_stricter(blog: AkismetBlog, field: str) -> None:
    bait = {"honeypot_field_name": "hidden_field"}
    assert blog.check(CERTAIN_HAM, **bait).headers["x-winnow-decision"] == "approve"
    trapped = blog.check(CERTAIN_HAM + " Yes.", **bait, **{field: "http://x.example"})
    assert "honeypot_filled" in trapped.headers["x-winnow-reason"]
    assert trapped.headers["x-winnow-decision"] == "hold"


def test_13_every_check_has_a_guid_of_its_own(blog: AkismetBlog) -> None:
    answers = [
        blog.check(CERTAIN_HAM),
        blog.check(CERTAIN_SPAM),
        blog.check(UNSURE),
        blog.check("x", user_ip=""),
        blog.check("x", api_key="0" * 12),
        blog.check("y", comment_author="viagra-test-123"),
    ]
    assert len({answer.headers["x-akismet-guid"] for answer in answers}) == len(answers)


def test_14_discard_comes_only_with_true_and_only_if_the_key_allows_it(blog: AkismetBlog) -> None:
    blatant = " ".join(SPAM)
    assert "x-akismet-pro-tip" not in blog.check(blatant).headers
    blog.answer_as(may_discard=True)
    worst = blog.check(blatant)
    assert (worst.text, worst.headers["x-akismet-pro-tip"]) == ("true", "discard")
    for content in (CERTAIN_HAM, UNSURE, CERTAIN_SPAM):
        assert "x-akismet-pro-tip" not in blog.check(content).headers


@pytest.mark.parametrize("content", [CERTAIN_HAM, CERTAIN_SPAM])
def test_15_a_plain_answer_has_no_header_that_clients_take_for_a_fault(
    blog: AkismetBlog, content: str
) -> None:
    headers = blog.check(content).headers
    assert not [name for name in GOOD_ANSWER_NEVER_HAS if name in headers]
    assert "x-akismet-recheck-after" not in headers


@pytest.mark.parametrize(
    ("user_agent", "hold", "body", "error"),
    [
        (WORDPRESS, HoldAs.AUTO, "false", "winnow-hold"),
        (DISCOURSE, HoldAs.AUTO, "true", None),
        ("Node.js/v20 | Akismet-api/6.0.0", HoldAs.AUTO, "true", None),
        ("", HoldAs.AUTO, "true", None),
        (WORDPRESS, HoldAs.SPAM, "true", None),
        (WORDPRESS, HoldAs.HAM, "false", None),
        ("akismet.py/25.10.1", HoldAs.PENDING, "false", "winnow-hold"),
    ],
)
def test_16_hold_is_told_as_each_client_understands_it(
    blog: AkismetBlog, user_agent: str, hold: HoldAs, body: str, error: str | None
) -> None:
    blog.answer_as(hold, may_discard=True)
    answer = blog.check(UNSURE, user_agent)
    assert answer.headers["x-winnow-decision"] == "hold"
    assert answer.text == body
    assert answer.headers.get("x-akismet-error") == error
    assert "x-akismet-pro-tip" not in answer.headers
