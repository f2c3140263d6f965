"""What out-of-source scores count for: calibration, and the evidence behind thresholds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.training import tiny_corpus
from training import sources
from training.candidate import certify
from training.examples import Examples
from training.gather import gather
from training.out_of_source import OutOfSource


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Examples:
    monkeypatch.setattr(sources, "LEAST_SPAM", 5)
    monkeypatch.setattr(sources, "LEAST_HAM", 10)
    return gather(tiny_corpus.write(tmp_path), {}).examples


@pytest.fixture
def margins(examples: Examples) -> NDArray[np.float64]:
    chance = np.random.default_rng(3)
    return np.where(examples.is_spam, 1.0, -1.0) + chance.normal(size=len(examples))


def _found(margins: NDArray[np.float64]) -> OutOfSource:
    return OutOfSource(margins, np.zeros(len(margins)), np.zeros(len(margins), np.int8), {})


def test_ham_of_a_source_without_spam_leaves_the_calibration_alone(
    examples: Examples, margins: NDArray[np.float64]
) -> None:
    inside = examples.source == "bike-blog"
    only_ham = examples.where(~(inside & examples.is_spam))
    kept = margins[~(inside & examples.is_spam)]
    with_ham = certify(_found(kept), only_ham)
    without = certify(_found(margins[~inside]), examples.where(~inside))
    assert with_ham.calibration == without.calibration
    assert with_ham.tested.sum() > without.tested.sum()


def test_without_a_blog_of_both_labels_all_rows_calibrate(
    examples: Examples, margins: NDArray[np.float64], monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = certify(_found(margins), examples)
    monkeypatch.setattr(sources, "LEAST_SPAM", 10_000)
    assert certify(_found(margins), examples).calibration == everything.calibration


def test_what_a_large_source_may_not_teach_is_no_evidence(
    examples: Examples, margins: NDArray[np.float64]
) -> None:
    beyond = np.zeros(len(examples), dtype=np.bool_)
    beyond[np.flatnonzero(~examples.is_spam)[::4]] = True
    found = certify(_found(margins), replace(examples, fits=examples.fits & ~beyond))
    assert not found.tested[beyond].any()
    assert found.reject[0].total < certify(_found(margins), examples).reject[0].total
