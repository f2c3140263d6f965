"""The conformance points 17 to 24 of the protocol, each with its number: reports and transport."""

import re
import socket
from urllib.parse import quote_from_bytes

import httpx
import pytest

from models.comment import Label
from tests.service.akismet.blogs import BLOG, THANKS, AkismetBlog
from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM, UNSURE


@pytest.mark.parametrize("label", ["spam", "ham"])
@pytest.mark.parametrize("by", ["guid", "content"])
def test_17_a_report_labels_the_check_that_it_means(blog: AkismetBlog, label: str, by: str) -> None:
    guid = blog.check(UNSURE).headers["x-akismet-guid"]
    other = blog.check(UNSURE, comment_author="Grace", comment_author_email="g@example.org")
    fields = {"guid": guid} if by == "guid" else {}
    said = blog.report(label, "quite another text" if by == "guid" else UNSURE, **fields)
    assert (said.status_code, said.text) == (200, THANKS)
    assert blog.label(guid) is Label(label)
    assert blog.label(other.headers["x-akismet-guid"]) is None
    assert blog.comment_count() == 2


def test_17_a_report_of_what_was_never_checked_is_stored_and_labelled(blog: AkismetBlog) -> None:
    assert blog.report("spam", UNSURE, user_ip="").text == THANKS
    assert blog.labels() == ["spam"]
    assert blog.comment_count() == 1


def test_17_a_bad_key_reports_nothing(blog: AkismetBlog) -> None:
    assert blog.report("spam", UNSURE, api_key="0" * 12).text == "invalid"
    assert blog.labels() == []


def test_18_a_report_sent_twice_is_one_label_and_a_contradiction_is_another(
    blog: AkismetBlog,
) -> None:
    guid = blog.check(UNSURE).headers["x-akismet-guid"]
    for label in ("spam", "spam", "ham", "ham"):
        blog.report(label, UNSURE)
    assert blog.labels() == ["spam", "ham"]
    assert (blog.label(guid), blog.stored(guid).standing.value) == (Label.HAM, "approve")


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
    for unreadable in ("9999-12", "0000-00", "10000-01", "\0"):
        assert month in httpx.get(url, params=query | {"month": unreadable}).json()


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
    document = blog.document(answer.headers["x-akismet-guid"])
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


def test_24_a_key_over_its_rate_is_told_to_wait(blog: AkismetBlog) -> None:
    # A bucket that is emptied at once, as a flood empties it.
    blog.house.rate.take(blog.key_id, 10_000)
    answer = blog.check(CERTAIN_HAM)
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (429, True)
    assert answer.headers["x-akismet-guid"]
    assert answer.text not in ("true", "false")
