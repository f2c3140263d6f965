import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.comment import Label
from models.corpus import format_row, parse_row
from training.importers.corpus_row import corpus_row, original_id_of, stable_id
from training.importers.imported_comment import ImportedComment, SourcePost

ANY_TEXT = st.text(st.characters(), max_size=50)


@given(content=ANY_TEXT, name=ANY_TEXT, title=ANY_TEXT)
def test_any_text_makes_a_row_that_reads_back_equal(content: str, name: str, title: str) -> None:
    found = ImportedComment("1", content, Label.HAM, "x", author_name=name, post=SourcePost(title))
    row = corpus_row(found, "1", "bread")
    line = format_row(row).encode()
    assert b"\\u0000" not in line
    assert parse_row(line.decode()) == row


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("jo@reader.example", None),
        (" mailto:jo@reader.example", None),
        ("https://social.example/@jo.doe", "https://social.example/@jo.doe"),
        ("Jo @ the bakery", "Jo @ the bakery"),
        ("", None),
    ],
)
def test_email_in_name_or_url_is_dropped(text: str, kept: str | None) -> None:
    found = ImportedComment("1", "x", None, "x", author_name=text, author_url=text)
    row = corpus_row(found, "1", "bread")
    assert (row.author_name, row.author_url) == (kept, kept)


def test_id_belongs_to_source_and_original_id() -> None:
    assert stable_id("bread", "1") == stable_id("bread", "1")
    assert len({stable_id("bread", "1"), stable_id("bread", "2"), stable_id("cakes", "1")}) == 3
    assert stable_id("bread1", "2") != stable_id("bread", "12")


def test_comment_without_id_is_known_by_what_was_said() -> None:
    one = ImportedComment("", "x", None, "x", author_name="Jo")
    assert original_id_of(one) == original_id_of(one)
    assert original_id_of(one) != original_id_of(ImportedComment("", "x", None, "x"))
