"""Evidence comes from blogs, each large one left out by itself."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.corpus_file import write_corpus
from tests.training import tiny_corpus
from training import sources
from training.examples import Examples
from training.gather import gather
from training.sources import as_evidence, comparable_sources, evidence_folds


@pytest.fixture
def examples(tmp_path: Path) -> Examples:
    paths = tiny_corpus.write(tmp_path)
    chat = tmp_path / "chat.jsonl"
    rows = [
        replace(row, id=f"chat:{row.id}", source="tg-spam", post_title=None)
        for row in tiny_corpus.rows()[:30]
    ]
    write_corpus(chat, rows)
    return gather([*paths, chat], {}).examples


def test_a_small_blog_is_not_compared(examples: Examples) -> None:
    assert comparable_sources(examples) == []


def test_enough_of_both_labels_and_a_post_make_a_blog(
    examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LEAST_SPAM", 5)
    monkeypatch.setattr(sources, "LEAST_HAM", 10)
    assert comparable_sources(examples) == sorted(tiny_corpus.SOURCES)


def test_a_chat_teaches_but_is_no_evidence(examples: Examples) -> None:
    found = as_evidence(examples)
    chat = found.source == "tg-spam"
    assert found.fits[chat].all()
    assert not found.tests[chat].any()
    assert found.tests[~chat].all()


def test_every_blog_is_tested_once_and_some_alone(examples: Examples) -> None:
    folds = evidence_folds(examples, ["film-blog", "bike-blog"])
    assert [fold.sources for fold in folds[:2]] == [("film-blog",), ("bike-blog",)]
    tested = np.sum([fold.test for fold in folds], axis=0)
    assert tested.tolist() == as_evidence(examples).tests.astype(int).tolist()
