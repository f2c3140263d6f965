"""Thresholds as promises: the score from which on so little ham is lost that we may reject.

Two upper 95 % bounds stand behind each threshold and the worse counts: Clopper and Pearson's (1934)
exact bound for independent rows, and a bootstrap over sources, because rows of one source are alike.
What is promised to one source alone, on its own rows, rests on the exact bound.
Scores have to come from models that have not seen the row's source.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

CONFIDENCE = 0.95
LEAST_SOURCES = 5  # below, a bootstrap over sources says nothing
_RESAMPLES = 2_000
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class Certificate:
    """A threshold and the evidence for it; `threshold` is None where the evidence is too thin."""

    limit: float
    threshold: float | None
    wrong: int
    total: int
    sources: int
    clopper_pearson: float
    bootstrap: float

    @property
    def bound(self) -> float:
        """The worse of the two bounds."""
        return max(self.clopper_pearson, self.bootstrap)


def clopper_pearson_upper(wrong: int, total: int, confidence: float = CONFIDENCE) -> float:
    """Upper bound of the share behind `wrong` out of `total` independent rows; 1.0 without rows."""
    if wrong >= total:
        return 1.0
    return float(beta.ppf(confidence, wrong + 1, total - wrong))


def rows_needed(limit: float, confidence: float = CONFIDENCE) -> int:
    """How many rows without a single error it takes to certify `limit` at all.

    >>> rows_needed(0.002)
    1497
    """
    return math.ceil(math.log(1 - confidence) / math.log1p(-limit))


def certify_reject(
    ham_scores: NDArray[np.float64], ham_sources: NDArray[np.int64] | None, limit: float
) -> Certificate:
    """Find the lowest score at which no more than `limit` of the ham is rejected for certain."""
    order = np.argsort(-ham_scores, kind="stable")
    evidence = _Evidence(ham_scores[order], _ordered(ham_sources, order))
    wrong = evidence.most_wrong(limit)
    return evidence.certificate(limit, wrong, direction=math.inf)


def certify_approve(
    spam_scores: NDArray[np.float64], spam_sources: NDArray[np.int64] | None, limit: float
) -> Certificate:
    """Find the highest score below which no more than `limit` of the spam is approved for certain."""
    order = np.argsort(spam_scores, kind="stable")
    evidence = _Evidence(spam_scores[order], _ordered(spam_sources, order))
    wrong = evidence.most_wrong(limit)
    return evidence.certificate(limit, wrong, direction=-math.inf)


def _ordered(
    sources: NDArray[np.int64] | None, order: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    return None if sources is None else sources[order]


class _Evidence:
    """Rows in the order in which a moving threshold would decide them wrongly."""

    def __init__(self, scores: NDArray[np.float64], sources: NDArray[np.int64] | None) -> None:
        self._scores = scores
        self._alone = sources is None
        if sources is None:
            sources = np.zeros(len(scores), np.int64)
        _, self._source = np.unique(sources, return_inverse=True)
        self._rows = np.bincount(self._source)
        generator = np.random.default_rng(_SEED)
        count = len(self._rows)
        self._drawn = generator.multinomial(count, np.full(count, 1 / max(count, 1)), _RESAMPLES)

    def bounds(self, wrong: int) -> tuple[float, float]:
        """Both upper bounds when the first `wrong` rows are decided wrongly."""
        exact = clopper_pearson_upper(wrong, len(self._scores))
        if self._alone:
            return exact, exact
        if len(self._rows) < LEAST_SOURCES:
            return exact, 1.0
        lost = np.bincount(self._source[:wrong], minlength=len(self._rows))
        shares = (self._drawn @ lost) / (self._drawn @ self._rows)
        return exact, float(np.quantile(shares, CONFIDENCE))

    def most_wrong(self, limit: float) -> int | None:
        """The most rows that may be wrong with both bounds within `limit`; None if not even zero."""
        if max(self.bounds(0)) > limit:
            return None
        low, high = 0, len(self._scores)
        while low < high:
            middle = (low + high + 1) // 2
            if max(self.bounds(middle)) <= limit:
                low = middle
            else:
                high = middle - 1
        return self._without_ties(low)

    def _without_ties(self, wrong: int) -> int:
        """Rows of equal score are decided alike, so a threshold can't part them."""
        while 0 < wrong < len(self._scores) and self._scores[wrong] == self._scores[wrong - 1]:
            wrong -= 1
        return wrong

    def certificate(self, limit: float, wrong: int | None, direction: float) -> Certificate:
        exact, resampled = self.bounds(wrong or 0)
        return Certificate(
            limit=limit,
            threshold=None if wrong is None else self._threshold(wrong, direction),
            wrong=wrong or 0,
            total=len(self._scores),
            sources=len(self._rows),
            clopper_pearson=exact,
            bootstrap=resampled,
        )

    def _threshold(self, wrong: int, direction: float) -> float | None:
        """Return a score that just spares the row after the last that may be wrong.

        Reject is `score >= threshold`, approve is `score < threshold`: on the reject side the
        threshold has to lie above that row's score, on the approve side it may equal it. No score
        lies above 1.
        """
        if wrong >= len(self._scores):
            return 0.0 if direction > 0 else 1.0
        spared = float(self._scores[wrong])
        threshold = math.nextafter(spared, direction) if direction > 0 else spared
        return threshold if threshold <= 1 else None
