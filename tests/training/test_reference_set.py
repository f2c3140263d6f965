"""The reference set is held back from fitting, whole groups of near-duplicates included."""

from pathlib import Path

import pytest

from tests.corpus_file import write_corpus
from tests.training import tiny_corpus
from training.augment import augment
from training.corrections import read_corrections
from training.examples import Examples
from training.gather import gather
from training.reference_set import hold_back, read_reference


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    folder: Path = tmp_path_factory.mktemp("corpus")
    paths = tiny_corpus.write(folder)
    twins = folder / "twins.jsonl.gz"
    write_corpus(twins, [row for row in tiny_corpus.rows() if row.source == "bread-blog"])
    return augment(gather([*paths, twins], read_corrections()).examples, [])


def test_at_most_a_fifth_is_held_back_and_from_every_source(examples: Examples) -> None:
    reference = read_reference(examples, hold_back(examples))
    assert 0 < len(reference) <= len(examples) / 5
    assert len(set(reference.source.tolist())) >= len(tiny_corpus.SOURCES) - 1


def test_what_nearly_repeats_a_held_comment_is_held_too(examples: Examples) -> None:
    held = hold_back(examples).rows
    assert held.any()
    for group in set(examples.group[held].tolist()):
        assert held[examples.group == group].all()


def test_every_draw_is_the_same(examples: Examples) -> None:
    one, other = hold_back(examples), hold_back(examples)
    assert (one.rows == other.rows).all()
