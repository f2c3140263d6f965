"""Rows to read: the ones that contradict, mixed with others, telling nothing."""

from pathlib import Path

import numpy as np
import pytest

from tests.training import tiny_corpus
from training.examples import Examples
from training.gather import gather
from training.suspects import find_suspects, to_read


@pytest.fixture
def examples(tmp_path: Path) -> Examples:
    return gather(tiny_corpus.write(tmp_path), {}).examples


def test_the_rows_that_contradict_most_are_among_them(examples: Examples) -> None:
    scores = np.where(examples.is_spam, 0.9, 0.1)
    wrong = [3, 50, 100]
    scores[wrong] = np.where(examples.is_spam[wrong], 0.0, 1.0)
    found = find_suspects(scores, examples, 3)
    assert len(found.rows) == len(set(found.rows.tolist())) == 6
    assert sorted(found.rows[found.contradicts].tolist()) == wrong


def test_rows_without_a_score_are_passed_over(examples: Examples) -> None:
    scores = np.full(len(examples), np.nan)
    scores[:4] = 0.5
    assert sorted(find_suspects(scores, examples, 10).rows.tolist()) == [0, 1, 2, 3]


def test_a_reader_sees_no_label(examples: Examples) -> None:
    found = find_suspects(np.full(len(examples), 0.5), examples, 2)
    for row in to_read(found, examples):
        assert set(row) == {"id", "author_name", "author_url", "post_title", "content"}
