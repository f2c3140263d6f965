import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.comment import Label
from models.corpus import CorpusError, CorpusRow, read_corpus
from tests.corpus_file import write_corpus

_SOME = st.none() | st.text()
_ROWS = st.builds(
    CorpusRow,
    id=st.text(),
    source=st.text(),
    label=st.none() | st.sampled_from(Label),
    content=st.text(),
    label_source=_SOME,
    lang=_SOME,
    topic=_SOME,
    author_name=_SOME,
    author_url=_SOME,
    post_title=_SOME,
    post_excerpt=_SOME,
    is_post_author=st.none() | st.booleans(),
    created_at=_SOME,
)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(_ROWS, max_size=5), suffix=st.sampled_from([".jsonl", ".jsonl.gz"]))
def test_what_is_written_is_read_back(tmp_path: Path, rows: list[CorpusRow], suffix: str) -> None:
    path = tmp_path / f"corpus{suffix}"
    assert write_corpus(path, rows) == len(rows)
    assert list(read_corpus(path)) == rows


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a JSON object"),
        ('{"id": "1", "source": "s"}', "'content' must be text"),
        ('{"id": 1, "source": "s", "content": "c"}', "'id' must be text"),
        ('{"id": "1", "source": "s", "content": "c", "label": "eggs"}', "label 'eggs'"),
        ('{"id": "1", "source": "s", "content": "c", "label": []}', "label"),
        ('{"id": "1", "source": "s", "content": "c", "lang": 3}', "'lang' is of the wrong kind"),
    ],
)
def test_a_fault_names_file_line_and_field(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text('{"id": "0", "source": "s", "content": "fine"}\n\n' + line + "\n")
    rows = read_corpus(path)
    assert next(rows).label is None
    with pytest.raises(CorpusError, match=r"some\.jsonl, line 3") as caught:
        list(rows)
    assert fault in str(caught.value)


def test_a_broken_archive_is_a_corpus_error(tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl.gz"
    whole = gzip.compress(b'{"id": "0", "source": "s", "content": "fine"}\n' * 50)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CorpusError, match=r"cut\.jsonl\.gz"):
        list(read_corpus(path))
    path.write_bytes(b"not gzip at all")
    with pytest.raises(CorpusError, match=r"cut\.jsonl\.gz"):
        list(read_corpus(path))


def test_a_row_becomes_the_comment_a_site_would_send() -> None:
    comment = CorpusRow(
        "1", "blog", Label.HAM, "Nice!", author_name="Jo", author_url="u", post_title="t"
    ).comment()
    assert (comment.content, comment.author.name, comment.author.url) == ("Nice!", "Jo", "u")
    assert (comment.post.title, comment.post.excerpt) == ("t", None)
