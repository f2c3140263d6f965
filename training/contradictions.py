"""New labels that everything else speaks against: the other labels, the incumbent, their own campaign.

Confident learning (Northcutt and others, 2021) asks what a model that has not seen a label thinks of
it. Ours is asked twice: as the incumbent, and as a fit near it on the other labels of the same site.
A new campaign contradicts the first and not the second; a label turned by malice or by accident
contradicts both.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.bundle import Bundle
from training.fit import Linear
from training.labelled import Labelled, since
from training.matrix import feature_matrix
from training.outcome import default_thresholds
from training.progress import Progress, silent
from training.refit import MOST_CHOOSING, Lesson, folds, movement
from training.weigh import Weighing

# Chosen on 400 labels of nine blogs left out in turn, two draws of each: of corrected labels 0.5 % are
# contradicted on average and 2.0 % at most; with one in twenty turned, at random or a kind of
# comment at a time, 2.5 % at least.
UNLIKELY = 0.05
"""A label that a fit on the other labels gives less than this is contradicted by them."""

SURELY_NOT, NOT_MADE_LIKELY = 0.02, 0.3
"""The incumbent contradicts a label below the first, where the other labels don't lift it to the second."""

_STRENGTH = 1.0

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contradicted:
    """One label that is contradicted, and by what."""

    comment: str
    labeller: str
    is_spam: bool
    by: str


@dataclass(frozen=True, slots=True)
class SiteDoubt:
    """How many new labels of a site were looked at, and those that are contradicted."""

    site: str
    looked_at: int
    contradicted: tuple[Contradicted, ...]


def find_contradictions(
    incumbent: Bundle,
    labels: Labelled,
    *,
    left_out: Collection[str] = (),
    progress: Progress = silent,
) -> list[SiteDoubt]:
    """Look at the labels that the incumbent has not learnt, site by site.

    Confirmed ones teach without being doubted; those of people `left_out` do neither.
    """
    new = labels.where(
        (labels.labelled_at > since(incumbent)) & ~np.isin(labels.labeller, list(left_out))
    )
    sites = sorted(set(new.examples.source.tolist()))
    return [
        _of_site(incumbent, name, _spread(new.where(new.examples.source == name)))
        for name in progress("Contradictions", sites, len(sites))
    ]


def _spread(labels: Labelled) -> Labelled:
    """Take at most MOST_CHOOSING labels, evenly over time: with more the share is the same."""
    ordered = labels.oldest_first()
    kept = np.zeros(len(ordered), np.bool_)
    kept[np.linspace(0, len(ordered) - 1, min(len(ordered), MOST_CHOOSING)).astype(np.int64)] = True
    return ordered.where(kept)


def _of_site(incumbent: Bundle, site: str, labels: Labelled) -> SiteDoubt:
    by = np.full(len(labels), "", dtype="U40")
    for rows, judge in _speaking_against(incumbent, labels):
        by[rows & (by == "")] = judge
    by[labels.confirmed] = ""
    found = tuple(
        Contradicted(
            str(labels.examples.ids[row]),
            str(labels.labeller[row]),
            bool(labels.examples.is_spam[row]),
            str(by[row]),
        )
        for row in np.flatnonzero(by != "").tolist()
    )
    return SiteDoubt(site, int((~labels.confirmed).sum()), found)


def _speaking_against(
    incumbent: Bundle, labels: Labelled
) -> Iterator[tuple[NDArray[np.bool_], str]]:
    is_spam = labels.examples.is_spam
    calibration = incumbent.manifest.calibration
    linear = Linear(np.asarray(incumbent.weights, np.float16), incumbent.manifest.intercept)
    lesson = _lesson(labels)
    before = calibration.scores(linear.margins(lesson.matrix))
    after = calibration.scores(_out_of_fold(linear, lesson))
    sure, taught = (np.where(is_spam, scores, 1 - scores) for scores in (before, after))
    reject_from = default_thresholds(incumbent.manifest.thresholds).reject_from
    yield _outvoted(lesson), "others of its campaign"
    yield taught < UNLIKELY, "the other labels"
    yield (sure < SURELY_NOT) & (taught < NOT_MADE_LIKELY), "the incumbent"
    # The incumbent has promised how little ham it rejects; who calls more ham opens the door.
    yield ~is_spam & (before >= reject_from), "the incumbent's promise"


def _lesson(labels: Labelled) -> Lesson:
    examples = labels.examples
    _, index, count = np.unique(examples.group, return_inverse=True, return_counts=True)
    weights = np.power(count[index].astype(np.float64), Weighing().group_power - 1)
    matrix = csr_matrix(feature_matrix(examples.comments))
    return Lesson(matrix, examples.is_spam, weights, examples.group)


def _out_of_fold(linear: Linear, lesson: Lesson) -> Scores:
    """Return margins from fits near the incumbent that have not seen the row, but its campaign."""
    margins = linear.margins(lesson.matrix)
    for fold in folds(np.arange(len(margins))):
        if fold.all() or not fold.any():
            continue
        used, moved = movement(linear, lesson.where(~fold), _STRENGTH)
        shifts = np.zeros(len(linear.weights))
        shifts[used] = moved
        margins[fold] += lesson.matrix[np.flatnonzero(fold)] @ shifts
    return margins


def _outvoted(lesson: Lesson) -> NDArray[np.bool_]:
    pairs = list(zip(lesson.group.tolist(), lesson.is_spam.tolist(), strict=True))
    votes = Counter(pairs)
    return np.array(
        [votes[group, label] < votes[group, not label] for group, label in pairs], dtype=np.bool_
    )
