"""The numbers of the overview, as nouns, and the interval that each measured rate carries."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from service.deciding.decision import Decision

# Two-sided 95 %.
Z: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many, with the Wilson interval (Wilson 1927) at 95 %."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """The share; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies, with 95 % confidence."""
        if not self.of:
            return 0.0, 1.0
        share, size = self.count / self.of, self.of
        middle = share + Z * Z / (2 * size)
        spread = Z * math.sqrt(share * (1 - share) / size + Z * Z / (4 * size * size))
        scale = 1 + Z * Z / size
        return max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0)


@dataclass(frozen=True, slots=True)
class BundleUse:
    """A bundle that decided comments here: since when, until when, how many."""

    version: str
    first_at: int
    last_at: int
    comments: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What happened on a site within some days."""

    days: tuple[int, ...]
    """Start of each day, microseconds, oldest first."""
    by_day: Mapping[int, Mapping[Decision, int]]
    reviewed_after: tuple[int, ...]
    """Microseconds from receipt to review, sorted, of held comments."""
    overturned: Mapping[Decision, Rate]
    audited: Mapping[Decision, Rate]
    """Error rates of the audit sample: what was approved and is spam, rejected and is ham."""
    scores: tuple[int, ...]
    """Counts of 20 equal bands of scores."""
    reasons: tuple[tuple[str, str, int], ...]
    """Code, a sentence, how many: of what was not approved, most first."""
    bundles: tuple[BundleUse, ...]

    @property
    def total(self) -> int:
        """How many comments came."""
        return sum(sum(counts.values()) for counts in self.by_day.values())

    def count(self, decision: Decision) -> int:
        """How many were decided so."""
        return sum(counts.get(decision, 0) for counts in self.by_day.values())

    def review_time(self, share: float) -> int | None:
        """Return the time within which this share of the held comments was reviewed."""
        if not self.reviewed_after:
            return None
        return self.reviewed_after[
            min(int(len(self.reviewed_after) * share), len(self.reviewed_after) - 1)
        ]
