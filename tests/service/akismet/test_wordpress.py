"""What WordPress does to a comment before its plugin sends it."""

import json

import pytest

from models.comment import Label
from service.akismet.slashes import unslashed
from tests.service.akismet.blogs import DISCOURSE, AkismetBlog
from tests.service.tiny_bundle import UNSURE

TYPED = f'I don\'t "know" C:\\dir: {UNSURE}'
SLASHED = TYPED.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"')


def test_a_check_is_read_as_the_visitor_typed_it(blog: AkismetBlog) -> None:
    answer = blog.check(SLASHED, comment_author="Conan O\\'Brien", POST_comment=SLASHED)
    comment = json.loads(blog.document(answer.headers["x-akismet-guid"]))
    assert (comment["content"], comment["author"]["name"]) == (TYPED, "Conan O'Brien")


def test_a_report_has_no_slashes_and_means_the_check_that_had_them(blog: AkismetBlog) -> None:
    guid = blog.check(SLASHED).headers["x-akismet-guid"]
    blog.report("ham", TYPED)
    assert (blog.label(guid), blog.comment_count()) == (Label.HAM, 1)


@pytest.mark.parametrize(
    ("user_agent", "fields"),
    [(DISCOURSE, {}), ("WordPress/6.8.7 | Akismet/5.5", {"recheck_reason": "retry"})],
)
def test_other_clients_and_rechecks_send_no_slashes(
    blog: AkismetBlog, user_agent: str, fields: dict[str, str]
) -> None:
    answer = blog.check(SLASHED, user_agent, **fields)
    comment = json.loads(blog.document(answer.headers["x-akismet-guid"]))
    assert comment["content"] == SLASHED


@pytest.mark.parametrize(
    "text", ["no quotes", "it's", "C:\\dir", 'a \\" and a "', "", "\\", "\\'\\"]
)
def test_what_addslashes_did_not_make_stays(text: str) -> None:
    assert unslashed(text) == text


def test_a_long_text_is_unslashed_in_linear_time() -> None:
    assert unslashed("a\\'" * 100_000) == "a'" * 100_000
    assert unslashed("a\\'" * 100_000 + "'").count("\\") == 100_000
