"""The promises of a bundle that was refitted on an owner's machine, by the reference set.

The reference set is too small to certify strict limits anew. But the root (the last bundle that was
certified on whole corpora) has its certificate, and the candidate can only lose ham that the root
lost too, or ham that the root spared. The second part is counted on the reference set: its upper
bound is added to the root's (union bound).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.calibration import Calibration
from models.reference import Reference
from models.thresholds import NO_EVIDENCE, CertifiedLimit, ThresholdTable
from training.certify import CONFIDENCE, LEAST_SOURCES, clopper_pearson_upper

Scores = NDArray[np.float64]

_RESAMPLES = 1_000
_SEED = 20261122
_LEAST_SLOPE, _MOST_SLOPE = 0.2, 5.0


@dataclass(frozen=True, slots=True)
class Root:
    """The bundle that was certified on corpora, as far as it is still needed: on the reference set."""

    version: str
    scores: Scores
    thresholds: ThresholdTable

    def to_json(self) -> dict[str, Any]:
        """Return what the manifest keeps; the scores travel beside it, as an array."""
        return {"version": self.version, "thresholds": self.thresholds.to_json()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any], scores: Scores) -> "Root":
        """Read what `to_json` wrote."""
        return cls(value["version"], scores, ThresholdTable.from_json(value["thresholds"]))


def recalibrate(
    calibration: Calibration, before: Scores, after: Scores, is_spam: NDArray[np.bool_]
) -> Calibration:
    """Return a calibration for the new margins that means what the old one meant for the old.

    `before` and `after` are the incumbent's and the candidate's margins of the reference rows. Each
    gets its own sigmoid over the calibrated logits; the candidate's is led back through the
    incumbent's, so that the share of spam in the reference set does not matter.
    """
    slope, shift = _sigmoid(calibration.logits(before), is_spam)
    new_slope, new_shift = _sigmoid(calibration.logits(after), is_spam)
    factor = float(np.clip(new_slope / slope, _LEAST_SLOPE, _MOST_SLOPE))
    moved = (new_shift - shift) / slope
    return Calibration(
        calibration.raw, tuple(factor * value + moved for value in calibration.calibrated)
    )


def _sigmoid(logits: Scores, is_spam: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit Platt's sigmoid, held near the identity by as much as ten rows."""
    sign = np.where(is_spam, 1.0, -1.0)

    def loss(at: Scores) -> float:
        fitted = np.logaddexp(0, -sign * (at[0] * logits + at[1])).sum()
        return float(fitted + 5 * ((at[0] - 1) ** 2 + at[1] ** 2))

    found = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return max(float(found[0]), _LEAST_SLOPE), float(found[1])


def recertify(root: Root, reference: Reference | None, scores: Scores) -> ThresholdTable:
    """Return what the candidate with these reference scores may promise; nothing without evidence."""
    if reference is None:
        return NO_EVIDENCE
    ham, spam = ~reference.is_spam, reference.is_spam
    source = reference.source.astype(np.int64)
    rejecting = _Side(root.scores[ham], scores[ham], source[ham], 1.0)
    # Approving is rejecting in the mirror: the spam with the lowest score goes first.
    approving = _Side(1 - root.scores[spam], 1 - scores[spam], source[spam], -1.0)
    return ThresholdTable(
        tuple(
            rejecting.limit(one, root.thresholds.max_ham_rejected)
            for one in root.thresholds.max_ham_rejected
        ),
        tuple(
            approving.limit(one, root.thresholds.max_spam_approved)
            for one in root.thresholds.max_spam_approved
        ),
        CONFIDENCE,
    )


class _Side:
    """One kind of error: rows by how near they are to it, under the root and under the candidate."""

    def __init__(
        self, root: Scores, candidate: Scores, source: NDArray[np.int64], direction: float
    ) -> None:
        self.root, self.candidate, self.direction = root, candidate, direction
        _, self._index = np.unique(source, return_inverse=True)
        self._size = np.bincount(self._index)
        count = max(len(self._size), 1)
        self._drawn = np.random.default_rng(_SEED).multinomial(
            count, np.full(count, 1 / count), _RESAMPLES
        )

    def limit(self, asked: CertifiedLimit, table: tuple[CertifiedLimit, ...]) -> CertifiedLimit:
        """Return the mildest threshold that keeps a limit, over all the root's certificates."""
        found = [self._beside(one, asked.limit) for one in table if one.threshold is not None]
        kept = [one for one in found if one.threshold is not None]
        if kept:
            return self._no_milder(asked, min(kept, key=self._strictness))
        return CertifiedLimit(asked.limit, None, len(self.candidate), 0, 1.0)

    def _no_milder(self, root: CertifiedLimit, found: CertifiedLimit) -> CertifiedLimit:
        """Never decide alone from a score on from which the root would not, at the same limit."""
        if root.threshold is None or self._strictness(found) >= self._strictness(root):
            return found
        return replace(found, threshold=root.threshold)

    def _strictness(self, one: CertifiedLimit) -> float:
        return self._nearness(one.threshold or 0.0)

    def _beside(self, root: CertifiedLimit, limit: float) -> CertifiedLimit:
        """Allow as many rows beside those that the root decides wrongly as the limit leaves room for."""
        spared = self.root < self._nearness(root.threshold or 0.0)
        order = np.flatnonzero(spared)[np.argsort(-self.candidate[spared], kind="stable")]
        wrong, bound = 0, self._bound(order[:0])
        if root.bound + bound > limit:
            return CertifiedLimit(limit, None, 0, 0, 1.0)
        while wrong < len(order) and root.bound + self._bound(order[: wrong + 1]) <= limit:
            wrong += 1
            bound = self._bound(order[:wrong])
        nearness = _just_above(self.candidate[order[wrong]]) if wrong < len(order) else 0.0
        return CertifiedLimit(
            limit,
            self._threshold(nearness),
            root.count + len(self.candidate),
            root.errors + wrong,
            min(root.bound + bound, 1.0),
        )

    def _bound(self, rows: NDArray[np.int64]) -> float:
        """Upper bound of the share of rows that only the candidate decides wrongly."""
        exact = clopper_pearson_upper(len(rows), len(self.candidate))
        if len(rows) == 0 or len(self._size) < LEAST_SOURCES:
            return exact
        lost = np.bincount(self._index[rows], minlength=len(self._size))
        shares = (self._drawn @ lost) / (self._drawn @ self._size)
        return max(exact, float(np.quantile(shares, CONFIDENCE)))

    def _nearness(self, threshold: float) -> float:
        return threshold if self.direction > 0 else 1 - threshold

    def _threshold(self, nearness: float) -> float | None:
        """Return the threshold at a nearness; None when not even the nearest row may be decided."""
        if nearness > 1:
            return None
        return nearness if self.direction > 0 else 1 - nearness


def _just_above(score: float) -> float:
    return float(np.nextafter(score, 2))
