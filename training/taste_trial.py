"""What a taste brings a blog that was left out of training and is then fed its own labels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.examples import Examples
from training.fit import Linear, fit_linear
from training.metrics import caught_at
from training.progress import Progress, silent
from training.refit import Lesson
from training.split import leave_out
from training.tastes import learn, tasted_margins
from training.weigh import Weighing, sample_weights

COUNTS = (20, 100, 500)
HAM_LOST = 0.005
SEEDS = (1, 2, 3)
# Fewer test rows of a label say nothing of a share.
_LEAST = 30
_DATED = 0.9
_RESAMPLES = 200
_SEED = 20261122

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Gain:
    """Spam caught with so many own labels, and how much more than without, with its 95 % interval."""

    labels: int
    caught: float
    more: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TasteTrial:
    """One blog in one order of its labels, or the mean over several; counts are of the test rows."""

    source: str
    order: str
    spam: int
    ham: int
    without: float
    gains: tuple[Gain, ...]


def try_tastes(
    matrix: csr_matrix, examples: Examples, sources: Sequence[str], *, progress: Progress = silent
) -> list[TasteTrial]:
    """Leave out each source, then feed it its own labels, by time and in random orders.

    The first half of its rows, at most 500, can teach; it is tested on the rest, without what
    nearly repeats a row that can teach, for such are answered without a score. The test rows are the
    same for every number of labels.
    """
    trials: list[TasteTrial] = []
    for source in progress("Blogs left out", sources, len(sources)):
        fold = leave_out(examples, [source])
        weights = sample_weights(examples, fold.train, Weighing())
        linear = fit_linear(matrix, examples.is_spam, weights)
        trials += _of_source(linear, matrix, examples, np.flatnonzero(fold.test))
    return trials


def _of_source(
    linear: Linear, matrix: csr_matrix, examples: Examples, rows: Places
) -> Iterator[TasteTrial]:
    random = [
        (f"seed {seed}", np.random.default_rng(seed).permutation(rows).astype(np.int64))
        for seed in SEEDS
    ]
    for name, order in [*_by_time(examples, rows), *random]:
        learning = order[: min(len(order) // 2, COUNTS[-1])]
        test = order[len(learning) :]
        test = test[~np.isin(examples.group[test], examples.group[learning])]
        _, first = np.unique(examples.group[test], return_index=True)
        test = test[np.sort(first)]
        spam = examples.is_spam[test]
        if min(int(spam.sum()), int((~spam).sum())) >= _LEAST:
            gains = _gains(
                linear, _lesson(matrix, examples, learning), _lesson(matrix, examples, test)
            )
            without = _caught(linear.margins(matrix[test]), spam)
            source = str(examples.source[rows[0]])
            yield TasteTrial(
                source, name, int(spam.sum()), int((~spam).sum()), without, tuple(gains)
            )


def _by_time(examples: Examples, rows: Places) -> list[tuple[str, Places]]:
    """Return the rows oldest first, where nearly all of them are dated."""
    times = [examples.comments[row].submitted_at or "" for row in rows.tolist()]
    if np.mean([bool(time) for time in times]) < _DATED:
        return []
    return [("by time", rows[np.argsort(np.array(times), kind="stable")])]


def _lesson(matrix: csr_matrix, examples: Examples, rows: Places) -> Lesson:
    _, index, count = np.unique(examples.group[rows], return_inverse=True, return_counts=True)
    weights = np.power(count[index].astype(np.float64), Weighing().group_power - 1)
    return Lesson(matrix[rows], examples.is_spam[rows], weights, examples.group[rows])


def _gains(linear: Linear, learning: Lesson, test: Lesson) -> Iterator[Gain]:
    before = linear.margins(test.matrix)
    for count in COUNTS:
        first = np.arange(len(learning.is_spam)) < count
        if count > COUNTS[0] and first.sum() <= count // 2:
            continue  # the blog has not so many labels
        after = tasted_margins(linear, learn(linear, learning.where(first)), test)
        more = [
            _caught(after[drawn], test.is_spam[drawn]) - _caught(before[drawn], test.is_spam[drawn])
            for drawn in _drawn(test.is_spam)
        ]
        caught = _caught(after, test.is_spam)
        low, high = np.percentile(more, [2.5, 97.5])
        yield Gain(count, caught, caught - _caught(before, test.is_spam), float(low), float(high))


def _drawn(is_spam: NDArray[np.bool_]) -> Iterator[Places]:
    """Draw rows with replacement, spam and ham apart."""
    generator = np.random.default_rng(_SEED)
    parts = [np.flatnonzero(is_spam), np.flatnonzero(~is_spam)]
    for _ in range(_RESAMPLES):
        yield np.concatenate([generator.choice(part, len(part)) for part in parts])


def _caught(margins: NDArray[np.float64], is_spam: NDArray[np.bool_]) -> float:
    return caught_at(margins[is_spam], margins[~is_spam], HAM_LOST)
