"""From the linear model's logit to a probability of spam that means what it says."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising piecewise-linear map from raw to calibrated logits, straight beyond both ends.

    Two knots are Platt scaling; more follow an isotonic fit without its flat steps, so that the
    order of scores is kept.
    """

    raw: tuple[float, ...]
    calibrated: tuple[float, ...]

    def __post_init__(self) -> None:
        knots = (
            np.array([self.raw, self.calibrated]) if len(self.raw) == len(self.calibrated) else None
        )
        if knots is None or knots.shape[1] < 2:
            raise ValueError("A calibration needs two knots or more, each with both logits.")
        if not np.isfinite(knots).all() or not (np.diff(knots, axis=1) > 0).all():
            raise ValueError("The knots of a calibration must be finite and rise in both logits.")

    def logits(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return calibrated logits."""
        x, y, slopes = _pieces(self)
        piece = x[1:-1].searchsorted(raw)
        result: NDArray[np.float64] = y.take(piece) + slopes.take(piece) * (raw - x.take(piece))
        return result

    def slopes(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how much calibrated log-odds move for each unit of the raw logit, there."""
        x, _, slopes = _pieces(self)
        return slopes.take(x[1:-1].searchsorted(raw))

    def scores(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return probabilities of spam, 0 to 1."""
        # Beyond 700 the exponential of a double overflows; the probability is 0 or 1 long before.
        return 1 / (1 + np.exp(np.minimum(-self.logits(raw), 700)))


@lru_cache(maxsize=8)
def _pieces(
    calibration: Calibration,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    x, y = np.array(calibration.raw), np.array(calibration.calibrated)
    return x, y, np.diff(y) / np.diff(x)


IDENTITY = Calibration((-1.0, 1.0), (-1.0, 1.0))
"""Leaves logits as they are."""
