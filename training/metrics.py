"""How well scores tell spam from ham: ranking, losses at fixed ham lost, and calibration."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

HAM_LOST = (0.001, 0.005, 0.01)
_RESAMPLES = 200  # enough for the 95 % interval of a share to within a point
_EDGE = 1e-6  # a probability of exactly 0 or 1 would cost infinity in log loss

Scores = NDArray[np.float64]
Labels = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Caught:
    """Share of spam caught when at most `ham_lost` of the ham is lost, with its 95 % interval."""

    ham_lost: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Performance:
    """Figures of one set of scored comments; those that need both labels are None without them."""

    spam: int
    ham: int
    roc_auc: float | None
    average_precision: float | None
    caught: tuple[Caught, ...]
    brier: float
    log_loss: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Scores between `low` and `high`: what they promised and what came."""

    low: float
    high: float
    rows: int
    mean_score: float
    spam_share: float


def measure(scores: Scores, is_spam: Labels, *, seed: int = 0) -> Performance:
    """Compute every figure of `Performance`; `scores` are probabilities of spam."""
    clipped = np.clip(scores, _EDGE, 1 - _EDGE)
    both = bool(is_spam.any() and not is_spam.all())
    return Performance(
        spam=int(is_spam.sum()),
        ham=int((~is_spam).sum()),
        roc_auc=float(roc_auc_score(is_spam, scores)) if both else None,
        average_precision=float(average_precision_score(is_spam, scores)) if both else None,
        caught=tuple(_caught(scores, is_spam, lost, seed) for lost in HAM_LOST) if both else (),
        brier=float(np.mean((scores - is_spam) ** 2)) if len(scores) else 0.0,
        log_loss=float(-np.mean(np.log(np.where(is_spam, clipped, 1 - clipped))))
        if len(scores)
        else 0.0,
    )


def caught_at(spam: Scores, ham: Scores, ham_lost: float) -> float:
    """Share of `spam` above the score that at most `ham_lost` of `ham` reaches; ties are lost."""
    return float(np.mean(spam > level_at(ham, ham_lost)))


def level_at(ham: Scores, ham_lost: float) -> float:
    """Return the score that at most `ham_lost` of `ham` exceeds."""
    place = len(ham) - 1 - int(np.floor(ham_lost * len(ham) + 1e-9))
    return float(np.partition(ham, place)[place])


def _caught(scores: Scores, is_spam: Labels, ham_lost: float, seed: int) -> Caught:
    spam, ham = scores[is_spam], scores[~is_spam]
    generator = np.random.default_rng(seed)
    resampled = [
        caught_at(generator.choice(spam, len(spam)), generator.choice(ham, len(ham)), ham_lost)
        for _ in range(_RESAMPLES)
    ]
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Caught(ham_lost, caught_at(spam, ham, ham_lost), float(low), float(high))


def reliability(scores: Scores, is_spam: Labels, *, least: int = 200) -> list[ReliabilityBin]:
    """Ten fixed bins of the score, neighbours merged until each holds `least` rows."""
    index = np.minimum((scores * 10).astype(np.int64), 9)
    bins: list[ReliabilityBin] = []
    start = 0
    for stop in range(1, 11):
        inside = (index >= start) & (index < stop)
        rest = int((index >= stop).sum())
        too_few = inside.sum() < least or 0 < rest < least
        if not inside.any() or (too_few and stop < 10):
            continue
        bins.append(_bin(start / 10, stop / 10, scores[inside], is_spam[inside]))
        start = stop
    return bins


def _bin(low: float, high: float, scores: Scores, is_spam: Labels) -> ReliabilityBin:
    return ReliabilityBin(low, high, len(scores), float(scores.mean()), float(is_spam.mean()))
