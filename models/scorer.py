"""The scorer: a batch of comments in, calibrated probabilities of spam out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.comment import Comment
from models.evidence import Explanation, explain
from models.features import Features, extract
from models.windows import WindowRule, best_windows


class Scorer:
    """Scores with one bundle; holds no other state and may be shared between threads."""

    def __init__(self, bundle: Bundle):
        self.bundle = bundle
        self._table = np.ascontiguousarray(bundle.weights, np.float32)

    def score(self, comments: Sequence[Comment]) -> NDArray[np.float64]:
        """Return the probability of spam of each comment, 0 to 1; NaN where there is none."""
        return self.bundle.manifest.calibration.scores(self.logits(comments))

    def logits(self, comments: Sequence[Comment]) -> NDArray[np.float64]:
        """Return logits before calibration: the whole comment's, or its best window's."""
        manifest = self.bundle.manifest
        return weigh(extract(comments), self._table, manifest.intercept, manifest.windows)

    def explain(self, comments: Sequence[Comment]) -> list[Explanation]:
        """Return for each comment which of its parts moved the score, and what that says."""
        return explain(extract(comments), self._table)


def weigh(
    features: Features,
    table: NDArray[np.float32],
    intercept: float,
    rule: WindowRule | None = None,
) -> NDArray[np.float64]:
    """Return the logit of each row; with a rule, the best window's if that is higher."""
    running = features.weigh(table)
    shares = features.shares(running)
    logits: NDArray[np.float64] = shares.sum(axis=0) + intercept
    if rule is not None:
        rows, found = best_windows(features, running, shares, logits, rule)
        logits[rows] = np.maximum(logits[rows], found)
    return logits
