"""What goes between the two processes arrives as it was sent."""

from dataclasses import fields, replace

import pytest

from models.comment import Author, Comment, CommentType, Post, Role
from service.deciding.arrival import Arrival, arrive
from service.deciding.decision import Decision
from service.deciding.reply import Reply
from service.deciding.wire import (
    packed_arrivals,
    packed_outcomes,
    unpacked_arrivals,
    unpacked_outcomes,
)
from service.errors import Conflict, Invalid, NotFound, Problem, StoreUnavailable
from service.store.engine import Contended

AUTHOR = Author(
    "Ada", "a@example.org", "https://a.example", "192.0.2.1", "Agent/1", Role.EDITOR, "7"
)
POST = Post("https://b.example/1", "Title", "Excerpt", "en", "2026-01-01")
FULL = Comment(
    "Text with \x00 and \ud83d\ude00",
    AUTHOR,
    POST,
    CommentType.REPLY,
    external_id="e1",
    parent_id="p1",
    submitted_at="2026-01-02",
    referrer="https://c.example",
    honeypot="filled",
    form_seconds=1.5,
    test=True,
)
ARRIVAL = Arrival("site", FULL, b'{"content": 1}', 12, b"hash", "key", "revised", -5)
REPLY = Reply("1", Decision.HOLD, 0.25, ("a", "b"), b'{"id": "1"}', replayed=True)


@pytest.mark.parametrize("noun", [ARRIVAL, FULL, AUTHOR, POST, REPLY])
def test_the_examples_below_leave_no_field_at_its_default(noun: object) -> None:
    defaults = {field.name: field.default for field in fields(noun)}  # type: ignore[arg-type]
    assert [name for name, default in defaults.items() if getattr(noun, name) == default] == []


def test_arrivals_arrive_as_they_left() -> None:
    bare = arrive("other", Comment("Hello"), b"{}", 1)
    assert unpacked_arrivals(packed_arrivals([ARRIVAL, bare])) == [ARRIVAL, bare]


def test_replies_arrive_as_they_left() -> None:
    replies: list[Reply | Problem] = [REPLY, replace(REPLY, score=None, replayed=False)]
    assert unpacked_outcomes(packed_outcomes(replies)) == replies


@pytest.mark.parametrize(
    "kind", [Problem, Conflict, NotFound, Invalid, StoreUnavailable, Contended]
)
def test_a_problem_arrives_with_its_kind_its_words_and_its_header(kind: type[Problem]) -> None:
    fault = kind("why")
    (arrived,) = unpacked_outcomes(packed_outcomes([fault]))
    assert type(arrived) is kind
    assert isinstance(arrived, Problem)
    assert (arrived.detail, arrived.headers) == (fault.detail, fault.headers)
