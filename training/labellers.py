"""Leave one labeller out: whose labels make what the others say harder to foretell?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from training.fit import Linear
from training.progress import Progress, silent
from training.refit import MOST_CHOOSING, Lesson, folds, movement

LEAST_LABELS = 5
"""Labels of one person from which on they can be told from chance."""

MOST_LABELLERS = 8
"""The busiest are looked at: who labelled little can spoil little."""

# A person is set aside at this chance of being no worse than none, over all who are looked at.
SIGNIFICANT = 0.01
_STRENGTH = 1.0

CONFIRMED = ""
"""The name under which confirmed labels come: they count among the others' alone."""


@dataclass(frozen=True, slots=True)
class Spoiler:
    """A labeller without whom the others' held-back labels are foretold better."""

    who: str
    labels: int
    loss_with: float
    loss_without: float


def spoilers(
    incumbent: Linear,
    lesson: Lesson,
    labeller: NDArray[np.str_],
    *,
    progress: Progress = silent,
) -> list[Spoiler]:
    """Return who spoils the others' results, worst first; nobody where one person labelled all.

    The newest labels only: with more the answer is the same and costs minutes.
    """
    newest = np.zeros(len(labeller), dtype=np.bool_)
    newest[-MOST_CHOOSING:] = True
    lesson, labeller = lesson.where(newest), labeller[newest]
    names, counts = np.unique(labeller, return_counts=True)
    busiest = [
        str(names[place])
        for place in np.argsort(-counts, kind="stable")[:MOST_LABELLERS]
        if counts[place] >= LEAST_LABELS and names[place] != CONFIRMED
    ]
    if len(names) < 2:
        return []
    found = []
    for who in progress("Labellers", busiest, len(busiest)):
        spoiler = _looked_at(incumbent, lesson, labeller == who, who, len(busiest))
        if spoiler is not None:
            found.append(spoiler)
    return sorted(found, key=lambda one: one.loss_without - one.loss_with)


def _looked_at(
    incumbent: Linear, lesson: Lesson, mine: NDArray[np.bool_], who: str, tries: int
) -> Spoiler | None:
    """Compare the others' losses, row by row, when this person's labels teach too and when not."""
    others, own = lesson.where(~mine), lesson.where(mine)
    pairs = list(_losses(incumbent, others, own))
    losses = np.concatenate([np.stack(pair) for pair in pairs], axis=1)
    more = losses[0] - losses[1]
    error = float(more.std()) / sqrt(max(len(more), 1))
    needed = NormalDist().inv_cdf(1 - SIGNIFICANT / tries)
    if len(more) < LEAST_LABELS or float(more.mean()) <= needed * error:
        return None
    return Spoiler(who, len(own.is_spam), float(losses[0].mean()), float(losses[1].mean()))


def _losses(
    incumbent: Linear, others: Lesson, own: Lesson
) -> Iterator[Sequence[NDArray[np.float64]]]:
    """Yield, for each part of the others' labels held back, the losses with and without."""
    # Parts are rows: who turns a campaign is seen by what the others said of the same campaign.
    for fold in folds(np.arange(len(others.is_spam))):
        rest, held = others.where(~fold), others.where(fold)
        yield [_loss(incumbent, lesson, held) for lesson in (_both(rest, own), rest)]


def _both(one: Lesson, other: Lesson) -> Lesson:
    return Lesson(
        csr_matrix(vstack([one.matrix, other.matrix], format="csr")),
        np.concatenate([one.is_spam, other.is_spam]),
        np.concatenate([one.weights, other.weights]),
        np.concatenate([one.group, other.group]),
    )


def _loss(incumbent: Linear, lesson: Lesson, held: Lesson) -> NDArray[np.float64]:
    shifts = np.zeros(len(incumbent.weights))
    if len(lesson.is_spam):
        used, moved = movement(incumbent, lesson, _STRENGTH)
        shifts[used] = moved
    margins = incumbent.margins(held.matrix) + held.matrix @ shifts
    sign = np.where(held.is_spam, 1.0, -1.0)
    return np.asarray(np.logaddexp(0, -sign * margins), dtype=np.float64)
