"""What a pair of thresholds makes of scored comments: approved, held and rejected."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.thresholds import Thresholds, ThresholdTable

DEFAULT_LIMITS = (0.002, 0.02)
"""`max_ham_rejected` and `max_spam_approved` of a site that has set nothing."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts of decisions on the comments of one label."""

    approved: int
    held: int
    rejected: int

    @property
    def total(self) -> int:
        """All comments of the label."""
        return self.approved + self.held + self.rejected


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """The three-way table: decisions on spam and on ham."""

    spam: Outcome
    ham: Outcome

    @property
    def held_share(self) -> float:
        """Share of all comments that a person has to look at."""
        return (self.spam.held + self.ham.held) / max(self.spam.total + self.ham.total, 1)


def default_thresholds(table: ThresholdTable) -> Thresholds:
    """Return the thresholds of a site that has set nothing; what is not certified is held."""
    ham, spam = DEFAULT_LIMITS
    fitting = ThresholdTable(
        tuple(found for found in table.max_ham_rejected if found.limit <= ham),
        tuple(found for found in table.max_spam_approved if found.limit <= spam),
        table.confidence,
    )
    return fitting.at(ham, spam)


def held_share(scores: Scores, table: ThresholdTable) -> float:
    """Return the share that is held where a site has set nothing."""
    at = default_thresholds(table)
    return float(np.mean((scores >= at.approve_below) & (scores < at.reject_from)))


def three_way(
    scores: Scores, is_spam: NDArray[np.bool_], approve_below: Scores, reject_from: Scores
) -> ThreeWay:
    """Decide on scores alone, no rules and no signals; each row has its own two thresholds."""
    decisions = np.where(scores >= reject_from, 2, np.where(scores < approve_below, 0, 1))
    return ThreeWay(_outcome(decisions[is_spam]), _outcome(decisions[~is_spam]))


def _outcome(decisions: NDArray[np.int64]) -> Outcome:
    approved, held, rejected = np.bincount(decisions, minlength=3).tolist()
    return Outcome(approved, held, rejected)
