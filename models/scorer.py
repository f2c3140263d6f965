"""The scorer: a batch of comments in, calibrated probabilities of spam out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.comment import Comment
from models.evidence import Explanation, find_evidence
from models.features import Features, extract
from models.findings import find_findings
from models.windows import best_windows


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
        return self._logits(features, features.weigh(self._table))

    def explain(self, comments: Sequence[Comment]) -> list[Explanation]:
        """Return for each comment which of its parts moved the score, and what that says."""
        return self.judge(comments)[1]

    def judge(self, comments: Sequence[Comment]) -> tuple[NDArray[np.float64], list[Explanation]]:
        """Return what `score` and `explain` do, reading the comments once."""
        features = extract(comments)
        running = features.weigh(self._table)
        logits = self._logits(features, running)
        explanations = self._explain(features, running, logits)
        return self.bundle.manifest.calibration.scores(logits), explanations

    def _logits(self, features: Features, running: NDArray[np.float64]) -> NDArray[np.float64]:
        manifest = self.bundle.manifest
        shares = features.shares(running)
        logits: NDArray[np.float64] = shares.sum(axis=0)
        logits += manifest.intercept
        if manifest.windows is not None:
            rows, found = best_windows(features, running, shares, logits, manifest.windows)
            logits[rows] = np.maximum(logits[rows], found)
        return logits

    def _explain(
        self, features: Features, running: NDArray[np.float64], logits: NDArray[np.float64]
    ) -> list[Explanation]:
        """Explain in calibrated log-odds: shares of the raw logit, times the slope where it lies."""
        slopes = self.bundle.manifest.calibration.slopes(logits)
        features = replace(features, scale=features.scale * slopes)
        shares = features.shares(running)
        evidence = find_evidence(features, self._table, shares)
        findings = find_findings(features.reading, shares)
        return [Explanation(*pair) for pair in zip(evidence, findings, strict=True)]
