"""Corpora become examples: labels trusted, corrected and held down."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.comment import Author, Label, Post
from models.corpus import CorpusError, CorpusRow
from tests.corpus_file import write_corpus
from tests.training import tiny_corpus
from training import gather as gathering
from training.augment import SPUN_SOURCE, augment
from training.corrections import Correction, row_digest
from training.examples import Examples
from training.gather import gather
from training.spin import Template


def test_every_labelled_row_becomes_an_example(tmp_path: Path) -> None:
    found = gather(tiny_corpus.write(tmp_path), {})
    assert len(found.examples) == len(tiny_corpus.rows())
    assert found.examples.is_spam.sum() == 6 * 12
    assert found.examples.fits.all()
    assert found.examples.tests.all()
    assert [(record.spam, record.ham) for record in found.records] == [(12, 20)] * 6


def test_records_name_files_and_their_digests(tmp_path: Path) -> None:
    records = gather(tiny_corpus.write(tmp_path), {}).records
    assert [record.name for record in records] == sorted(tiny_corpus.SOURCES)
    assert len({record.sha256 for record in records}) == 6


def test_a_correction_changes_the_label_but_not_the_original(tmp_path: Path) -> None:
    paths = tiny_corpus.write(tmp_path)
    wrong = tiny_corpus.rows()[0].id
    digest = row_digest(wrong)
    examples = gather(paths, {digest: Correction(digest, Label.SPAM, "promotion")}).examples
    place = examples.ids.tolist().index(wrong)
    assert examples.is_spam[place]
    assert examples.original[place] == 0


def test_a_row_corrected_to_unknown_is_left_out(tmp_path: Path) -> None:
    paths = tiny_corpus.write(tmp_path)
    digest = row_digest(tiny_corpus.rows()[0].id)
    examples = gather(paths, {digest: Correction(digest, None, "unclear")}).examples
    assert len(examples) == len(tiny_corpus.rows()) - 1


def test_a_label_that_nobody_gave_may_teach_but_not_test(tmp_path: Path) -> None:
    path = tmp_path / "flood.jsonl"
    row = CorpusRow(
        "pysi-blog:1", "pysi-blog", None, "So much great info", "auto_published_unmoderated"
    )
    write_corpus(path, [row])
    examples = gather([path], {}).examples
    assert examples.is_spam.tolist() == [True]
    assert examples.fits.tolist() == [True]
    assert examples.tests.tolist() == [False]


def test_a_large_source_is_held_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_ROWS", 5)
    examples = gather(tiny_corpus.write(tmp_path), {}).examples
    for source in tiny_corpus.SOURCES:
        inside = examples.source == source
        assert (examples.fits & inside & examples.is_spam).sum() == 5
        assert (examples.fits & inside & ~examples.is_spam).sum() == 5
    assert examples.tests.all()


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"id": "a"}\n')
    with pytest.raises(CorpusError, match="line 1"):
        gather([path], {})


def _is_bare(examples: Examples) -> NDArray[np.bool_]:
    return np.array([(one.author, one.post) == (Author(), Post()) for one in examples.comments])


def test_bare_copies_and_spun_texts_teach_but_never_test(tmp_path: Path) -> None:
    examples = gather(tiny_corpus.write(tmp_path), {}).examples
    larger = augment(examples, [Template("t", "{Great|Nice|Lovely} {post|page|article}")])
    added = larger.where(~larger.tests)
    assert len(larger) == len(examples) + len(added)
    assert added.fits.all()
    spun = np.char.startswith(added.source, SPUN_SOURCE)
    assert spun.sum() == 9
    assert len(set(added.group[spun].tolist())) == 1
    assert added.group[spun][0] > examples.group.max()
    assert 0.2 < _is_bare(added.where(~spun)).sum() / len(examples) < 0.3


def test_spam_that_promotes_by_its_author_alone_is_not_copied_bare(tmp_path: Path) -> None:
    path = tmp_path / "praise.jsonl"
    rows = [
        replace(row, id=f"praise:{number}", content=f"Number {number} is what I looked for.")
        for number, row in enumerate(tiny_corpus.rows())
    ]
    write_corpus(path, rows)
    examples = augment(gather([path], {}).examples, [])
    copies = examples.where(~examples.tests)
    bare = copies.where(_is_bare(copies))
    assert len(bare)
    assert not bare.is_spam.any()


def test_a_copy_stays_in_the_group_of_its_row(tmp_path: Path) -> None:
    examples = augment(gather(tiny_corpus.write(tmp_path), {}).examples, [])
    groups = dict(zip(examples.ids[examples.tests], examples.group[examples.tests], strict=True))
    copies = examples.where(~examples.tests)
    assert all(groups[name] == group for name, group in zip(copies.ids, copies.group, strict=True))


def test_post_author_is_known_only_where_said(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    row = tiny_corpus.rows()[0]
    write_corpus(
        path, [replace(row, is_post_author=None), replace(row, id="b", is_post_author=True)]
    )
    assert gather([path], {}).examples.by_post_author.tolist() == [False, True]


def test_comments_of_one_post_hold_it_once(tmp_path: Path) -> None:
    gathered = gather(tiny_corpus.write(tmp_path), {})
    posts = [comment.post for comment in gathered.examples.comments]
    assert len({id(post) for post in posts}) == len(set(posts)) < len(posts)
