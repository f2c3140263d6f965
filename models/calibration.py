"""From the linear model's logit to a probability of spam that means what it says."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

# Raw log-odds. Nearer to even odds than this, the slope is that of the way this long.
_SHORT = 1.0
# Beyond 700 the exponential of a double overflows; the probability is 0 or 1 long before. An array,
# as NumPy takes longer to make one of a number than to add it.
_MOST = np.array(700.0)
_ONE = np.array(1.0)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising piecewise-linear map from raw to calibrated logits, straight beyond both ends.

    Two knots are Platt scaling; more follow an isotonic fit without its flat steps, so that the
    order of scores is kept.
    """

    raw: tuple[float, ...]
    calibrated: tuple[float, ...]
    _pieces: tuple[NDArray[np.float64], ...] = field(init=False, repr=False, compare=False)
    """Where each straight piece but the first begins; slope and offset of each."""

    def __post_init__(self) -> None:
        knots = (
            np.array([self.raw, self.calibrated]) if len(self.raw) == len(self.calibrated) else None
        )
        if knots is None or knots.shape[1] < 2:
            raise ValueError("A calibration needs two knots or more, each with both logits.")
        if not np.isfinite(knots).all() or not (np.diff(knots, axis=1) > 0).all():
            raise ValueError("The knots of a calibration must be finite and rise in both logits.")
        x, y = knots
        slopes = np.diff(y) / np.diff(x)
        object.__setattr__(self, "_pieces", (x[1:-1], slopes, y[:-1] - slopes * x[:-1]))

    def logits(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return calibrated logits."""
        inner, slopes, offsets = self._pieces
        piece = inner.searchsorted(raw)
        result: NDArray[np.float64] = raw * slopes.take(piece)
        result += offsets.take(piece)
        return result

    def slopes(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far calibrated log-odds move, on average, from even odds to each raw logit.

        Not the slope right there: where the map is nearly flat, that would say that nothing matters
        in a comment of which all but certain is that it is spam.
        """
        even = np.interp([0.0], self.calibrated, self.raw)
        far = np.where(np.abs(raw - even) < _SHORT, even + np.copysign(_SHORT, raw - even), raw)
        result: NDArray[np.float64] = (self.logits(far) - self.logits(even)) / (far - even)
        return result

    def scores(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return probabilities of spam, 0 to 1."""
        odds = self.logits(raw)
        np.negative(odds, out=odds)
        np.minimum(odds, _MOST, out=odds)
        np.exp(odds, out=odds)
        odds += _ONE
        return np.reciprocal(odds, out=odds)


IDENTITY = Calibration((-1.0, 1.0), (-1.0, 1.0))
"""Leaves logits as they are."""
