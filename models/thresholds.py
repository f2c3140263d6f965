"""Thresholds, and the table of those that a bundle's evidence can vouch for."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


class LimitNotCertified(ValueError):
    """A limit was asked for that the bundle's evidence cannot carry; says what would be needed."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Approve below the one, reject from the other on, hold between them."""

    approve_below: float
    reject_from: float


@dataclass(frozen=True, slots=True)
class CertifiedLimit:
    """The threshold for one limit: `errors` of `count` rows were wrong, at most `bound` surely are.

    `threshold` is None when no threshold keeps the limit.
    """

    limit: float
    threshold: float | None
    count: int
    errors: int
    bound: float


@dataclass(frozen=True, slots=True)
class ThresholdTable:
    """Certified limits of both kinds of error, each list from the strictest on."""

    max_ham_rejected: tuple[CertifiedLimit, ...]
    max_spam_approved: tuple[CertifiedLimit, ...]
    confidence: float

    def at(self, max_ham_rejected: float, max_spam_approved: float) -> Thresholds:
        """Return the thresholds that keep both limits.

        Where they would cross, what lies between them is held. A kind of error
        with no evidence at all gives a threshold that never acts. Raises LimitNotCertified when
        a limit is stricter than all that the evidence can carry.
        """
        reject = _find(
            self.max_ham_rejected, max_ham_rejected, "max_ham_rejected", "ham", self.confidence
        )
        approve = _find(
            self.max_spam_approved, max_spam_approved, "max_spam_approved", "spam", self.confidence
        )
        reject_from = math.inf if reject is None else reject
        approve_below = 0.0 if approve is None else approve
        return Thresholds(min(approve_below, reject_from), max(approve_below, reject_from))

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON values."""
        return {
            "confidence": self.confidence,
            "max_ham_rejected": [asdict(limit) for limit in self.max_ham_rejected],
            "max_spam_approved": [asdict(limit) for limit in self.max_spam_approved],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "ThresholdTable":
        """Read what `to_json` wrote; raises KeyError, TypeError or ValueError on anything else."""
        return cls(
            tuple(_limit(entry) for entry in value["max_ham_rejected"]),
            tuple(_limit(entry) for entry in value["max_spam_approved"]),
            _share(value["confidence"]),
        )


NO_EVIDENCE = ThresholdTable((), (), 0.95)
"""Certifies nothing, so everything is held."""


def _find(
    limits: tuple[CertifiedLimit, ...], asked: float, name: str, label: str, confidence: float
) -> float | None:
    """Return the threshold of the largest certified limit that is not above the one asked for."""
    carried = [entry for entry in limits if entry.threshold is not None]
    fitting = [entry for entry in carried if entry.limit <= asked]
    if fitting:
        return max(fitting, key=lambda entry: entry.limit).threshold
    if not carried:
        return None
    strictest = min(entry.limit for entry in carried)
    raise LimitNotCertified(_what_is_needed(asked, strictest, name, label, confidence))


def _what_is_needed(
    asked: float, strictest: float, name: str, label: str, confidence: float
) -> str:
    """Say why a limit is refused; with no error at all, n rows bound the rate by 1-(1-c)^(1/n)."""
    refusal = (
        f"{name} {asked:.3%} is stricter than this bundle's evidence carries ({strictest:.3%})"
    )
    if not 0 < asked < 1:
        return f"{refusal}; ask for {strictest:.3%} or more."
    rows = math.ceil(math.log(1 - confidence) / math.log1p(-asked))
    return (
        f"{refusal}; at least {rows:,} {label} comments from blogs it was not fitted on, none of "
        f"them wrong, would be needed. Ask for {strictest:.3%} or more."
    )


def _limit(entry: Mapping[str, Any]) -> CertifiedLimit:
    threshold = entry["threshold"]
    return CertifiedLimit(
        limit=_share(entry["limit"]),
        threshold=None if threshold is None else _share(threshold),
        count=_whole(entry["count"]),
        errors=_whole(entry["errors"]),
        bound=_share(entry["bound"]),
    )


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"{value!r} is not a number from 0 to 1")
    return float(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is not a count")
    return value
