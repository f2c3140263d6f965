"""The conformance points of the protocol's specification, each with its number."""

import re
import socket
from urllib.parse import quote_from_bytes

import httpx
import pytest

from models.comment import Label
from service.akismet.client import HoldAs
from service.store.comments import comment_of
from service.store.keys import all_sites
from tests.service.akismet.blogs import BLOG, DISCOURSE, THANKS, WORDPRESS, AkismetBlog
from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM, SPAM, UNSURE

GOOD_ANSWER_NEVER_HAS = ("x-akismet-debug-help", "x-akismet-alert-code", "x-akismet-error")


def stored(blog: AkismetBlog, guid: str) -> dict[str, object]:
    with blog.house.store.reading() as connection:
        found = comment_of(connection, all_sites(connection)[0].id, guid)
    assert found is not None
    return {"label": found.label, "standing": found.standing.value, "of": found.decided}


def label_of(blog: AkismetBlog, guid: str) -> object:
    return stored(blog, guid)["label"]


def labels(blog: AkismetBlog) -> list[str]:
    with blog.house.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT label FROM labels ORDER BY id")
        return [row.label for row in rows]


def comment_count(blog: AkismetBlog) -> int:
    with blog.house.store.reading() as connection:
        count: int = connection.exec_driver_sql("SELECT COUNT(*) FROM comments").scalar_one()
    return count


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
    assert labels(blog) == []
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
    document = stored(blog, answer.headers["x-akismet-guid"])["of"].document  # type: ignore[attr-defined]
    assert b'"excerpt":"beans' in document
    assert b"tea" in document


def test_11_content_type_is_an_alias_of_comment_type(blog: AkismetBlog) -> None:
    answer = blog.check(CERTAIN_HAM, DISCOURSE, comment_type="", content_type="forum-post")
    document = stored(blog, answer.headers["x-akismet-guid"])["of"].document  # type: ignore[attr-defined]
    assert b'"type":"forum-post"' in document


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


@pytest.mark.parametrize("label", ["spam", "ham"])
@pytest.mark.parametrize("by", ["guid", "content"])
def test_17_a_report_labels_the_check_that_it_means(blog: AkismetBlog, label: str, by: str) -> None:
    guid = blog.check(UNSURE).headers["x-akismet-guid"]
    other = blog.check(UNSURE, comment_author="Grace", comment_author_email="g@example.org")
    fields = {"guid": guid} if by == "guid" else {}
    said = blog.report(label, "quite another text" if by == "guid" else UNSURE, **fields)
    assert (said.status_code, said.text) == (200, THANKS)
    assert label_of(blog, guid) is Label(label)
    assert label_of(blog, other.headers["x-akismet-guid"]) is None
    assert comment_count(blog) == 2


def test_17_a_report_of_what_was_never_checked_is_stored_and_labelled(blog: AkismetBlog) -> None:
    assert blog.report("spam", UNSURE, user_ip="").text == THANKS
    assert labels(blog) == ["spam"]
    assert comment_count(blog) == 1


def test_17_a_bad_key_reports_nothing(blog: AkismetBlog) -> None:
    assert blog.report("spam", UNSURE, api_key="0" * 12).text == "invalid"
    assert labels(blog) == []


def test_18_a_report_sent_twice_is_one_label_and_a_contradiction_is_another(
    blog: AkismetBlog,
) -> None:
    guid = blog.check(UNSURE).headers["x-akismet-guid"]
    for label in ("spam", "spam", "ham", "ham"):
        blog.report(label, UNSURE)
    assert labels(blog) == ["spam", "ham"]
    assert (label_of(blog, guid), stored(blog, guid)["standing"]) == (Label.HAM, "approve")


def test_18_a_report_is_obeyed_at_once(blog: AkismetBlog) -> None:
    blog.check(UNSURE)
    blog.report("spam", UNSURE)
    again = blog.check(UNSURE, comment_author="Mallory", comment_author_email="m@example.org")
    assert again.text == "true"
    assert "same_text_spam" in again.headers["x-winnow-reason"]
    blog.check(CERTAIN_SPAM)
    blog.report("ham", CERTAIN_SPAM)
    other = blog.check(CERTAIN_SPAM, comment_author="Grace", comment_author_email="g@example.org")
    assert other.headers["x-winnow-decision"] != "reject"
    assert "same_text_ham" in other.headers["x-winnow-reason"]


def test_19_key_sites_is_a_list_in_the_months_bucket_or_csv(blog: AkismetBlog) -> None:
    blog.check(CERTAIN_HAM)
    blog.check(CERTAIN_SPAM)
    url, query = f"{blog.base}/1.2/key-sites", {"api_key": blog.key, "format": "json"}
    found = httpx.get(url, params=query).json()
    (month,) = (name for name in found if re.fullmatch(r"\d{4}-\d\d", name))
    assert (found["limit"], found["offset"], found["total"]) == (500, 0, 1)
    assert found[month] == [
        {
            "site": "default",
            "api_calls": 2,
            "spam": 1,
            "ham": 1,
            "missed_spam": 0,
            "false_positives": 0,
            "is_revoked": False,
        }
    ]
    past = httpx.get(url, params=query | {"month": "2020-02"}).json()
    assert past["2020-02"][0]["api_calls"] == 0
    lines = httpx.get(url, params=query | {"format": "csv"}).text.splitlines()
    assert lines[0] == (
        f"Active sites for {blog.key} during {month} (limit:500, offset: 0, total: 1)"
    )
    assert lines[1:] == [
        "Site,Total API Calls,Spam,Ham,Missed Spam,False Positives,Is Revoked",
        "default,2,1,1,0,0,false",
    ]
    assert httpx.get(url, params={"format": "json"}).text == "invalid"


def test_20_usage_limit_has_the_types_that_clients_read(blog: AkismetBlog) -> None:
    blog.check(CERTAIN_HAM)
    url = f"{blog.base}/1.2/usage-limit"
    plain = httpx.get(url, params={"api_key": blog.key}).json()
    assert plain == {"limit": "none", "usage": 1, "percentage": "0.00", "throttled": False}
    more = httpx.get(url, params={"api_key": blog.key, "extended": "true"}).json()
    assert (more["notice_level"], more["upgrade"]) == ("NOTICE_NONE", False)


def raw(blog: AkismetBlog, request: bytes) -> bytes:
    host, port = blog.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def test_22_http_1_0_is_answered_and_closed(blog: AkismetBlog) -> None:
    body = f"api_key={blog.key}&blog={BLOG}&user_ip=192.0.2.7&comment_content=hello".encode()
    head = (
        f"POST /1.1/comment-check HTTP/1.0\r\nHost: rest.akismet.com\r\nContent-Length: {len(body)}"
        "\r\nContent-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n\r\n"
    )
    answer = raw(blog, head.encode() + body)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.rpartition(b"\r\n\r\n")[2] in (b"true", b"false")


@pytest.mark.parametrize(
    ("charset", "sent"),
    [
        ("; charset=ISO-8859-1", "latin-1"),
        ("; charset=windows-1252", "cp1252"),
        ("; charset=UTF-8", "utf-8"),
        ("", "utf-8"),
        ("", "latin-1"),
        ("; charset=no-such-thing", "utf-8"),
        ("; charset=zlib", "utf-8"),
    ],
)
def test_22_the_charset_of_the_body_is_obeyed(blog: AkismetBlog, charset: str, sent: str) -> None:
    content = quote_from_bytes("Grüße aus Köln".encode(sent))
    form = f"api_key={blog.key}&blog={BLOG}&user_ip=192.0.2.7&comment_content={content}"
    kind = {"Content-Type": f"application/x-www-form-urlencoded{charset}"}
    answer = httpx.post(f"{blog.base}/1.1/comment-check", content=form, headers=kind)
    document = stored(blog, answer.headers["x-akismet-guid"])["of"].document.decode()  # type: ignore[attr-defined]
    assert "Grüße aus Köln" in document


def test_24_a_guesser_is_told_to_wait_and_the_blog_beside_it_is_not(blog: AkismetBlog) -> None:
    assert blog.check(CERTAIN_HAM).text == "false"
    answers = [
        httpx.post(f"{blog.base}/1.1/verify-key", data={"key": f"{n:012x}", "blog": BLOG})
        for n in range(32)
    ]
    assert [a.status_code for a in answers[:30]] == [200] * 30
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].headers["x-akismet-guid"]
    assert blog.check(CERTAIN_HAM + " Indeed.").text == "false"
