"""What an answer says beside the decision."""

from service.answers import hints
from service.clock import iso
from service.schemas import CommentIn


def test_hints_are_what_was_not_sent() -> None:
    sent = CommentIn.model_validate(
        {"content": "hi", "author": {"name": "Ada"}, "post": {"excerpt": "x", "title": None}}
    )

    assert hints(sent.document()) == ["author.email", "author.ip", "post.title"]
    assert hints(b'{"content": "hi", "author": {"ip": null, "email": "a"}}') == [
        "author.name",
        "author.ip",
        "post.title",
        "post.excerpt",
    ]


def test_no_text_passes_for_a_field() -> None:
    tricks = ['{"name":1,"ip":2', ',"title":"x', "\\", '{\\"email":']
    for trick in tricks:
        sent = CommentIn.model_validate({"content": trick, "author": {"id": trick}})
        assert len(hints(sent.document())) == 5, trick


def test_a_moment_is_written_to_the_millisecond() -> None:
    assert iso(0) == "1970-01-01T00:00:00.000Z"
    assert iso(1_795_362_706_531_999) == "2026-11-22T15:51:46.531Z"
    assert iso(-1) == "1969-12-31T23:59:59.999Z"
