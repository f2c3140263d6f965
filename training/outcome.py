"""What a pair of thresholds makes of scored comments: approved, held and rejected."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.thresholds import Thresholds


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

    thresholds: Thresholds
    spam: Outcome
    ham: Outcome

    @property
    def held_share(self) -> float:
        """Share of all comments that a person has to look at."""
        return (self.spam.held + self.ham.held) / max(self.spam.total + self.ham.total, 1)


def three_way(
    scores: NDArray[np.float64], is_spam: NDArray[np.bool_], thresholds: Thresholds
) -> ThreeWay:
    """Decide on scores alone: no rules, no signals."""
    return ThreeWay(
        thresholds,
        _outcome(scores[is_spam], thresholds),
        _outcome(scores[~is_spam], thresholds),
    )


def _outcome(scores: NDArray[np.float64], thresholds: Thresholds) -> Outcome:
    approved = int((scores < thresholds.approve_below).sum())
    rejected = int((scores >= thresholds.reject_from).sum())
    return Outcome(approved, len(scores) - approved - rejected, rejected)
