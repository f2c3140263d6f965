"""How much the label of a waiting comment would teach: uncertainty x campaign size x age."""

import math
from typing import Final

from models.thresholds import Thresholds

# Uncertainty sampling: a label near a threshold moves it, one far from both confirms what is known.
LEAST_UNCERTAINTY: Final = 0.02
# One week of waiting counts as much as one more comment of the same text.
MICROSECONDS_TO_DOUBLE: Final = 7 * 86_400_000_000


def base(score: float | None, thresholds: Thresholds, received_at: int) -> float:
    """Return the part of the usefulness that one comment has alone, as a logarithm to base 2.

    Age counts as a doubling for each week of waiting. Written as a logarithm, it grows alike for
    all that wait, so the order never changes with the clock and can be an index: only the moment
    of receipt stays.
    """
    return math.log2(uncertainty(score, thresholds)) - received_at / MICROSECONDS_TO_DOUBLE


def usefulness(campaign_base: float, waiting: int) -> float:
    """Return the usefulness of a campaign: one answer serves all that wait in it."""
    return campaign_base + math.log2(max(waiting, 1))


def uncertainty(score: float | None, thresholds: Thresholds) -> float:
    """Return 1 on a threshold, less with the distance from the nearest; 1 without a score.

    Where the bundle certifies no threshold, the middle of the scale stands for it.
    """
    if score is None:
        return 1.0
    edges = (thresholds.approve_below, thresholds.reject_from)
    near = [edge for edge in edges if 0.0 < edge < 1.0] or [0.5]
    return max(1.0 - 2.0 * min(abs(score - edge) for edge in near), LEAST_UNCERTAINTY)
