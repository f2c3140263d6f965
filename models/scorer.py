"""The scorer: a batch of comments in, calibrated probabilities of spam out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.calibration import Calibration
from models.comment import Comment
from models.evidence import Explanation, find_evidence
from models.features import Features, extract
from models.findings import find_findings
from models.taste import MovedWeights, Taste, Weights
from models.windows import best_windows

NO_TASTES: Mapping[str, Taste] = MappingProxyType({})

FEW = 0.4
"""Share of a batch below which reading some comments again is quicker than weighing all of them."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A batch that was read and scored once, to be explained as far as anybody asks."""

    scores: NDArray[np.float64]
    """Probability of spam of each comment, 0 to 1; NaN where there is none."""
    features: Features
    running: NDArray[np.float64]
    logits: NDArray[np.float64]
    calibration: Calibration
    table: Weights

    def explain(self, rows: Sequence[int]) -> list[Explanation]:
        """Return for each of these comments which of its parts moved the score, and what that says.

        In calibrated log-odds: shares of the raw logit, times the slope where it lies.
        """
        features, running, logits = self.features, self.running, self.logits
        if len(rows) < FEW * len(logits):
            features = extract([features.reading.comments[row] for row in rows])
            running = features.weigh(self.table)
            logits, rows = logits[list(rows)], range(len(rows))
        features = replace(features, scale=features.scale * self.calibration.slopes(logits))
        shares = features.shares(running)
        evidence = find_evidence(features, self.table, shares, rows)
        findings = find_findings(features.reading, shares, rows)
        return [Explanation(*pair) for pair in zip(evidence, findings, strict=True)]


class Scorer:
    """Scores with one bundle; holds no other state and may be shared between threads.

    `tastes` are those of the sites that have one, by the name under which their comments come.
    """

    def __init__(self, bundle: Bundle, tastes: Mapping[str, Taste] = NO_TASTES):
        self.bundle = bundle
        self.tastes = tastes
        self._table = np.ascontiguousarray(bundle.weights, np.float32)
        self._intercept = np.array(bundle.manifest.intercept)
        self._moved = {site: MovedWeights(self._table, taste) for site, taste in tastes.items()}

    def score(self, comments: Sequence[Comment]) -> NDArray[np.float64]:
        """Return the probability of spam of each comment, 0 to 1; NaN where there is none."""
        return self.bundle.manifest.calibration.scores(self.logits(comments))

    def logits(self, comments: Sequence[Comment]) -> NDArray[np.float64]:
        """Return logits before calibration: the whole comment's, or its best window's."""
        features = extract(comments)
        return self._logits(features, features.weigh(self._table))

    def explain(self, comments: Sequence[Comment]) -> list[Explanation]:
        """Return for each comment which of its parts moved the score, and what that says."""
        return self.judge(comments).explain(range(len(comments)))

    def judge(self, comments: Sequence[Comment]) -> Judgement:
        """Score a batch, ready to be explained without reading it again."""
        return self._judge(extract(comments), self._table)

    def judge_at(
        self, comments: Sequence[Comment], sites: Sequence[str]
    ) -> tuple[Judgement, dict[str, Judgement]]:
        """Judge a batch by everybody's weights, and by those of each of its sites with a taste."""
        judged = self.judge(comments)
        own = {
            site: self._judge(judged.features, self._moved[site])
            for site in self._moved.keys() & set(sites)
        }
        return judged, own

    def score_at(
        self, comments: Sequence[Comment], sites: Sequence[str]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return each comment's score, and its score to its own site's taste; NaN without one."""
        judged, own = self.judge_at(comments, sites)
        tasted = [
            own[site].scores[row] if site in own else np.nan for row, site in enumerate(sites)
        ]
        return judged.scores, np.array(tasted, dtype=np.float64)

    def _judge(self, features: Features, table: Weights) -> Judgement:
        running = features.weigh(table)
        logits = self._logits(features, running)
        calibration = self.bundle.manifest.calibration
        return Judgement(calibration.scores(logits), features, running, logits, calibration, table)

    def _logits(self, features: Features, running: NDArray[np.float64]) -> NDArray[np.float64]:
        manifest = self.bundle.manifest
        shares = features.shares(running)
        logits: NDArray[np.float64] = np.add.reduce(shares, axis=0)
        logits += self._intercept
        # So few bytes in all hold no text that is long enough.
        if manifest.windows is not None and features.size > manifest.windows.least:
            rows, found = best_windows(features, running, shares, logits, manifest.windows)
            logits[rows] = np.maximum(logits[rows], found)
        return logits
