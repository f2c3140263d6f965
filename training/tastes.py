"""Each site's taste: what its own labels add to the weights, and what they certify."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.bundle import seal
from models.calibration import Calibration
from models.comment import Comment
from models.features import DIMENSION
from models.manifest import Manifest
from models.scorer import Scorer
from models.taste import MOST_PLACES, SLOTS, Taste, strongest
from models.thresholds import NO_EVIDENCE, CertifiedLimit, ThresholdTable
from models.windows import WindowRule
from training.candidate import HAM_LIMITS, SPAM_LIMITS, limit_of
from training.certify import CONFIDENCE, Certificate, certify_approve, certify_reject
from training.fit import Linear
from training.progress import Progress, silent
from training.refit import Lesson, folds, movement
from training.window_gains import may_have_windows

LEAST_EACH = 5
"""Labels of each kind from which on a site has a taste: of one kind alone it would know no measure."""

STRENGTH = 0.1
"""Of the L2 penalty on the shifts. On nine blogs left out in turn, 100 own labels brought 2.8 points of
spam caught at 0.5 % of ham lost at 0.03, 2.2 at 0.1, 1.9 at 0.3, 0.7 at 3; the most ROC AUC lost on
one of them was 0.003, 0.002, 0.002, 0.001."""

_FOLDS = 5
_BATCH = 64
_OWN = "own"
_NO_TASTE = Taste(np.zeros(0, np.uint32), np.zeros(0, np.float16), NO_EVIDENCE)


@dataclass(frozen=True, slots=True)
class LearntTaste:
    """A taste, and how many labels of each kind it was learnt from."""

    taste: Taste
    spam: int
    ham: int

    def to_json(self) -> dict[str, Any]:
        """Return what the manifest tells; places and shifts travel as arrays."""
        return {
            "spam": self.spam,
            "ham": self.ham,
            "thresholds": self.taste.thresholds.to_json(),
        }


@dataclass(frozen=True, slots=True)
class OwnLabels:
    """The labels of one site as rows to learn from, and the comments that the rows were made of."""

    lesson: Lesson
    comments: Sequence[Comment]


@dataclass(frozen=True, slots=True)
class Shared:
    """What all sites share, and a taste is learnt beside: weights, calibration, windows."""

    weights: Linear
    calibration: Calibration
    windows: WindowRule | None = None


def learn_tastes(
    shared: Shared, sites: Mapping[str, OwnLabels], *, progress: Progress = silent
) -> dict[str, LearntTaste]:
    """Learn the taste of every site with enough labels."""
    usable = {name: own for name, own in sorted(sites.items()) if _enough(own.lesson)}
    most = min(SLOTS, MOST_PLACES // max(len(usable), 1))
    return {
        name: _learnt(shared, own, most)
        for name, own in progress("Tastes", usable.items(), len(usable))
    }


def learn(weights: Linear, lesson: Lesson, most: int = SLOTS) -> Taste:
    """Return the shifts that are nearest to both the site's labels and none at all."""
    used, moved = movement(weights, lesson, STRENGTH)
    return strongest(used, moved.astype(np.float32), most)


def tasted_margins(weights: Linear, taste: Taste, lesson: Lesson) -> NDArray[np.float64]:
    """Return the logit of each row before calibration, as the site's comments are scored."""
    shifts = np.zeros(DIMENSION, np.float32)
    shifts[taste.places] = taste.shifts
    return weights.margins(lesson.matrix) + np.asarray(lesson.matrix @ shifts, np.float64)


def _enough(lesson: Lesson) -> bool:
    spam = int(lesson.is_spam.sum())
    return min(spam, len(lesson.is_spam) - spam) >= LEAST_EACH


def _learnt(shared: Shared, own: OwnLabels, most: int) -> LearntTaste:
    taste = learn(shared.weights, own.lesson, most)
    table = _table(_unseen(shared, own, most), own.lesson)
    spam = int(own.lesson.is_spam.sum())
    ham = len(own.lesson.is_spam) - spam
    return LearntTaste(Taste(taste.places, taste.shifts, table), spam, ham)


def _unseen(shared: Shared, own: OwnLabels, most: int) -> NDArray[np.float64]:
    """Return scores, as the service would give them, to tastes that have not seen the row's campaign."""
    lesson = own.lesson
    scores = _scores(shared, _NO_TASTE, own, np.arange(len(lesson.is_spam)))
    for fold in folds(lesson.group, _FOLDS):
        if _enough(lesson.where(~fold)) and fold.any():
            taste = learn(shared.weights, lesson.where(~fold), most)
            rows = np.flatnonzero(fold)
            scores[rows] = _scores(shared, taste, own, rows)
    return scores


def _scores(
    shared: Shared, taste: Taste, own: OwnLabels, rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Score these rows; a long comment by its best window, as the scorer does."""
    held = own.lesson.at(rows)
    scores = shared.calibration.scores(tasted_margins(shared.weights, taste, held))
    if shared.windows is not None:
        scorer = _scorer(shared, taste)
        comments = [own.comments[row] for row in rows.tolist()]
        long = [n for n, one in enumerate(comments) if may_have_windows(shared.windows, one)]
        for start in range(0, len(long), _BATCH):
            batch = long[start : start + _BATCH]
            texts = [comments[place] for place in batch]
            scores[batch] = scorer.score_at(texts, [_OWN] * len(texts))[1]
    return scores


def _scorer(shared: Shared, taste: Taste) -> Scorer:
    manifest = Manifest(
        "", shared.weights.intercept, shared.calibration, NO_EVIDENCE, shared.windows
    )
    return Scorer(seal(manifest, {"weights": shared.weights.weights}), {_OWN: taste})


def _table(scores: NDArray[np.float64], lesson: Lesson) -> ThresholdTable:
    """Certify on the site's own labels, a campaign of one label counting once."""
    keys = lesson.group * 2 + lesson.is_spam
    _, once = np.unique(keys, return_index=True)
    scores, spam = scores[once], lesson.is_spam[once]
    return ThresholdTable(
        _carried(certify_reject(scores[~spam], None, limit) for limit in HAM_LIMITS),
        _carried(certify_approve(scores[spam], None, limit) for limit in SPAM_LIMITS),
        CONFIDENCE,
    )


def _carried(found: Iterable[Certificate]) -> tuple[CertifiedLimit, ...]:
    """Keep the limits that the labels carry: of a thousand sites, most carry none."""
    return tuple(limit_of(one) for one in found if one.threshold is not None)
