"""Each site's taste: what its own labels add to the weights, and what they certify."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.calibration import Calibration
from models.features import DIMENSION
from models.taste import MOST_PLACES, SLOTS, Taste, strongest
from models.thresholds import CertifiedLimit, ThresholdTable
from training.candidate import HAM_LIMITS, SPAM_LIMITS, limit_of
from training.certify import CONFIDENCE, Certificate, certify_approve, certify_reject
from training.fit import Linear
from training.progress import Progress, silent
from training.refit import Lesson, folds, movement

LEAST_EACH = 5
"""Labels of each kind from which on a site has a taste: of one kind alone it would know no measure."""

STRENGTH = 0.1
"""Of the L2 penalty on the shifts. On nine blogs left out in turn, 100 own labels brought 2.8 points of
spam caught at 0.5 % of ham lost at 0.03, 2.2 at 0.1, 1.9 at 0.3, 0.7 at 3; the most ROC AUC lost on
one of them was 0.003, 0.002, 0.002, 0.001."""

_FOLDS = 5


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


def learn_tastes(
    weights: Linear,
    calibration: Calibration,
    lessons: Mapping[str, Lesson],
    *,
    progress: Progress = silent,
) -> dict[str, LearntTaste]:
    """Learn the taste of every site with enough labels, beside the weights that all sites share."""
    usable = {name: one for name, one in sorted(lessons.items()) if _enough(one)}
    most = min(SLOTS, MOST_PLACES // max(len(usable), 1))
    return {
        name: _learnt(weights, calibration, lesson, most)
        for name, lesson in progress("Tastes", usable.items(), len(usable))
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


def _learnt(weights: Linear, calibration: Calibration, lesson: Lesson, most: int) -> LearntTaste:
    taste = learn(weights, lesson, most)
    scores = calibration.scores(_unseen(weights, lesson, most))
    spam = int(lesson.is_spam.sum())
    return LearntTaste(
        Taste(taste.places, taste.shifts, _table(scores, lesson)), spam, len(scores) - spam
    )


def _unseen(weights: Linear, lesson: Lesson, most: int) -> NDArray[np.float64]:
    """Return margins from tastes that have not seen the row's campaign."""
    margins = weights.margins(lesson.matrix)
    for fold in folds(lesson.group, _FOLDS):
        if _enough(lesson.where(~fold)) and fold.any():
            rest, held = lesson.where(~fold), lesson.where(fold)
            margins[fold] = tasted_margins(weights, learn(weights, rest, most), held)
    return margins


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
