"""Fitting near the incumbent: a few labels move it where they must and nowhere else.

The weights minimise the logistic loss of the labels plus half of `strength` times the squared
distance from the incumbent's weights. A label that the incumbent gets right with certainty has
next to no gradient, so it moves nothing; the intercept stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit

from training.fit import Linear
from training.progress import Progress, silent

STRENGTHS = (0.3, 1.0, 3.0, 10.0, 100.0)
"""What cross-validation chooses from; at 100, fifty labels move next to nothing."""

FOLDS = 3
# Labels that choose the strength: with more, the choice is the same and costs minutes.
MOST_CHOOSING = 6_000
_MOST_STEPS = 60
_SEED = 20261122

Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learnt: rows, labels, how much each counts, and its campaign's number."""

    matrix: csr_matrix
    is_spam: Rows
    weights: NDArray[np.float64]
    group: NDArray[np.int64]

    def where(self, kept: Rows) -> "Lesson":
        """Return the rows that `kept` marks."""
        return self.at(np.flatnonzero(kept))

    def at(self, rows: NDArray[np.int64]) -> "Lesson":
        """Return the rows at these places, in the order of the places."""
        return Lesson(self.matrix[rows], self.is_spam[rows], self.weights[rows], self.group[rows])


def refit(incumbent: Linear, lesson: Lesson, strength: float) -> Linear:
    """Return the weights that are nearest to both the labels and the incumbent."""
    used, moved = movement(incumbent, lesson, strength)
    table = incumbent.weights.astype(np.float32)
    table[used] += moved.astype(np.float32)
    return Linear(table.astype(np.float16), incumbent.intercept)


def movement(
    incumbent: Linear, lesson: Lesson, strength: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the places that the labels speak of, and how far each weight is to move."""
    used = np.flatnonzero(np.bincount(lesson.matrix.indices, minlength=lesson.matrix.shape[1]))
    rows = lesson.matrix
    if len(used) > rows.shape[1] // 2:
        used = np.arange(rows.shape[1])  # a copy of so large a matrix would be as large again
    else:
        rows = rows[:, used]
    start = incumbent.margins(lesson.matrix)
    sign = np.where(lesson.is_spam, 1.0, -1.0)

    def loss(moved: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        # In single precision like the rows: SciPy would copy all of them into double each time.
        margin = sign * (start + rows @ moved.astype(np.float32))
        value = lesson.weights @ np.logaddexp(0, -margin) + strength / 2 * moved @ moved
        pull = -lesson.weights * sign * expit(-margin)
        return float(value), rows.T @ pull.astype(np.float32) + strength * moved

    found = minimize(
        loss, np.zeros(len(used)), jac=True, method="L-BFGS-B", options={"maxiter": _MOST_STEPS}
    )
    return used, found.x


def choose_strength(
    incumbent: Linear, lesson: Lesson, *, progress: Progress = silent
) -> tuple[float, dict[str, float]]:
    """Return the strength with the least loss on labels left out, and every strength's loss.

    Half of the folds leave whole campaigns out, half leave out rows of any: what comes next is
    partly known campaigns, partly new ones. The smoothest within the noise of the best is chosen.
    """
    chosen = _choosing(lesson)
    parts = [*folds(chosen.group), *folds(np.arange(len(chosen.group)))]
    steps = [(strength, fold) for strength in STRENGTHS for fold in parts]
    losses: dict[float, list[float]] = {strength: [] for strength in STRENGTHS}
    for strength, fold in progress("Strengths", steps, len(steps)):
        if fold.all() or not fold.any():
            continue
        fitted = refit(incumbent, chosen.where(~fold), strength)
        losses[strength].append(mean_loss(fitted, chosen.where(fold)))
    found = {strength: np.array(values) for strength, values in losses.items() if values}
    if not found:
        return STRENGTHS[-1], {}
    return _smoothest(found), {str(name): float(one.mean()) for name, one in found.items()}


def _smoothest(losses: Mapping[float, NDArray[np.float64]]) -> float:
    """Return the greatest strength whose loss is within one standard error of the least."""
    best = min(losses.values(), key=lambda values: float(values.mean()))

    def within(values: NDArray[np.float64]) -> bool:
        more = values - best
        return bool(more.mean() <= more.std() / np.sqrt(len(more)))

    return max(strength for strength, values in losses.items() if within(values))


def mean_loss(linear: Linear, lesson: Lesson) -> float:
    """Return the mean log loss of the uncalibrated margins, each row by its weight."""
    sign = np.where(lesson.is_spam, 1.0, -1.0)
    losses = np.logaddexp(0, -sign * linear.margins(lesson.matrix))
    return float(np.average(losses, weights=lesson.weights))


def _choosing(lesson: Lesson) -> Lesson:
    """Take at most MOST_CHOOSING rows, the last ones: they are the newest labels."""
    kept = np.zeros(len(lesson.is_spam), dtype=np.bool_)
    kept[-MOST_CHOOSING:] = True
    return lesson.where(kept)


def folds(keys: NDArray[np.int64], count: int = FOLDS) -> Sequence[Rows]:
    """Share out rows so that those of one key stay together."""
    names, index = np.unique(keys, return_inverse=True)
    place = np.random.default_rng(_SEED).permutation(len(names)) % count
    return [place[index] == fold for fold in range(count)]
