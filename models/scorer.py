"""The scorer: a batch of comments in, calibrated probabilities of spam out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.comment import Comment
from models.evidence import Explanation, explain
from models.features import Features, extract
from models.hashing import BUCKETS
from models.occurrences import Occurrences, running_sum
from models.reading import Part
from models.windows import WindowRule, Windows, cut_windows


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
        features = extract(comments)
        rule = self.bundle.manifest.windows
        return weigh(features, self._table, self.bundle.manifest.intercept, rule)

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
    dense = features.dense.astype(np.float64) @ table[BUCKETS:].astype(np.float64)
    logits: NDArray[np.float64] = intercept + dense
    windows = None if rule is None else cut_windows(rule, *features.reading.span(Part.CONTENT))
    if windows is None or not len(windows.rows):
        for found in features.occurrences:
            logits += found.sums(table)
        return logits
    best = np.zeros(len(windows.rows))
    for found in features.occurrences:
        running = running_sum(found.weights(table))
        whole = (running[found.end] - running[found.begin]) * found.scale
        logits += whole
        if found.in_windows:
            best += _window_sums(found, running, windows) - whole[windows.rows]
    best += logits[windows.rows] - (rule.penalty if rule is not None else 0.0)
    np.maximum.at(logits, windows.rows, best)
    return logits


def _window_sums(
    found: Occurrences, running: NDArray[np.float64], windows: Windows
) -> NDArray[np.float64]:
    """Return what one kind of feature adds within each window, at the scale of a text that long."""
    low, high = found.begin[windows.rows], found.end[windows.rows]
    if found.start is None:
        first, last = windows.begin, windows.end
    else:
        first = np.searchsorted(found.start, windows.begin)
        last = np.searchsorted(found.start, windows.end)
    first, last = np.clip(first, low, high), np.clip(last, low, high)
    size = np.maximum(high - low, 1) / np.maximum(last - first, 1)
    sums: NDArray[np.float64] = (
        (running[last] - running[first]) * found.scale[windows.rows] * np.sqrt(size)
    )
    return sums
