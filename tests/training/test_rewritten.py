"""Rewritten copies teach with the label, source and group of their original, and never test."""

from pathlib import Path

import numpy as np
import pytest

from tests.training import tiny_corpus
from training.examples import Examples
from training.gather import gather
from training.rewritten import COPY_EVERY, rewritten_copies


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    paths: list[Path] = tiny_corpus.write(tmp_path_factory.mktemp("corpora"))
    return gather(paths, {}).examples


def test_copies_keep_all_but_their_words(examples: Examples) -> None:
    copies = rewritten_copies(examples)
    rows = [examples.ids.tolist().index(name) for name in copies.ids.tolist()]
    assert len(copies) == -(-examples.fits.sum() // COPY_EVERY)
    assert copies.fits.all()
    assert not copies.tests.any()
    for column in ("source", "group", "is_spam", "original"):
        assert np.array_equal(getattr(copies, column), getattr(examples, column)[rows])
    for row, copy in zip(rows, copies.comments, strict=True):
        assert copy.content != examples.comments[row].content
        assert copy.author.url == examples.comments[row].author.url


def test_both_labels_are_rewritten_alike(examples: Examples) -> None:
    copies = rewritten_copies(examples)
    assert 0 < copies.is_spam.mean() < 1


def test_padding_comes_from_the_same_source(examples: Examples) -> None:
    copies = rewritten_copies(examples)
    topics = {source: _words(_contents(examples, source)) for source in tiny_corpus.SOURCES}
    for source in tiny_corpus.SOURCES:
        foreign = set().union(*(topics[other] for other in topics if other != source))
        foreign -= topics[source]
        said = _words(_contents(copies, source))
        assert not said & foreign


def test_the_same_examples_make_the_same_copies(examples: Examples) -> None:
    assert rewritten_copies(examples).comments == rewritten_copies(examples).comments


def _contents(examples: Examples, source: str) -> list[str]:
    rows = np.flatnonzero(examples.source == source).tolist()
    return [examples.comments[row].content for row in rows]


def _words(texts: list[str]) -> set[str]:
    return {word.strip(".,;:?!") for text in texts for word in text.lower().split()}
