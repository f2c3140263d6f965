"""A site's taste: how its own labels move the weights for its comments alone.

Hashed multitask learning (Weinberger et al. 2009) counts each feature once for all sites and once
for its own, in one table where sites collide. A taste keeps a site's part apart: the same features,
no collision, so what one site says never reaches another, and a site without one costs nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.hashing import BUCKETS
from models.thresholds import NO_EVIDENCE, LimitNotCertified, Thresholds, ThresholdTable

PREFIX = "taste_"
"""How the names of their arrays begin in a bundle."""

BITS = 13
SLOTS = 1 << BITS
"""Places that a taste can move, one in each slot: 64 kB a site in memory, at most 48 kB on disk.

On nine blogs left out, the largest 8,192 shifts did as well as all of them, to a tenth of a point."""

MOST_PLACES = 3 << 20
"""Places of all tastes of a bundle together, 18 MB; with many sites each has fewer."""


@dataclass(frozen=True, slots=True)
class Taste:
    """What is added to the weights at these places, and what the site's own labels certify.

    `places` ascend, no two in one slot; `thresholds` hold for scores under the moved weights.
    """

    places: NDArray[np.uint32]
    shifts: NDArray[np.float16]
    thresholds: ThresholdTable


def own_limits(
    taste: Taste, max_ham_rejected: float, max_spam_approved: float
) -> Thresholds | None:
    """Return the thresholds of the site's own scores; None where its labels don't certify both."""
    table = taste.thresholds
    if not (table.max_ham_rejected and table.max_spam_approved):
        return None
    try:
        return table.at(max_ham_rejected, max_spam_approved)
    except LimitNotCertified:
        return None


class MovedWeights:
    """A table of weights as one taste moves them; looked up as an array of weights is."""

    def __init__(self, table: NDArray[np.float32], taste: Taste) -> None:
        self._table = table
        slots = taste.places.astype(np.int64) & (SLOTS - 1)
        self._places = np.full(SLOTS, -1, np.int32)
        self._places[slots] = taste.places
        self._shifts = np.zeros(SLOTS, np.float32)
        self._shifts[slots] = taste.shifts

    def take(
        self, places: NDArray[np.int64], mode: Literal["clip"] = "clip"
    ) -> NDArray[np.float32]:
        """Return the moved weight at each place."""
        weights = self._table.take(places, mode=mode)
        slots = places & (SLOTS - 1)
        moved = self._places.take(slots) == places
        weights += self._shifts.take(slots) * moved
        return weights


Weights = NDArray[np.float32] | MovedWeights
"""What a score is looked up in: the table of all, or the same as a taste moves it."""


def strongest(places: NDArray[np.int64], shifts: NDArray[np.float32], most: int = SLOTS) -> Taste:
    """Keep the largest shift of each slot, and of those at most so many; certifies nothing yet."""
    halves = shifts.astype(np.float16)
    order = np.argsort(-np.abs(halves), kind="stable")[: np.count_nonzero(halves)]
    _, first = np.unique(places[order] & (SLOTS - 1), return_index=True)
    kept = order[np.sort(first)[:most]]
    kept = kept[np.argsort(places[kept])]
    return Taste(places[kept].astype(np.uint32), halves[kept], NO_EVIDENCE)


def taste_arrays(tastes: Mapping[str, Taste]) -> dict[str, NDArray[Any]]:
    """Return the arrays that a bundle carries; their sites and promises stand in its manifest."""
    if not tastes:
        return {}
    own = [tastes[name] for name in sorted(tastes)]
    return {
        f"{PREFIX}places": np.concatenate([taste.places for taste in own]),
        f"{PREFIX}shifts": np.concatenate([taste.shifts for taste in own]),
        f"{PREFIX}sizes": np.array([len(taste.places) for taste in own], np.uint32),
    }


def read_tastes(arrays: Mapping[str, NDArray[Any]], metrics: Mapping[str, Any]) -> dict[str, Taste]:
    """Return each site's taste by the site's name; raises ValueError on what no bundle carries."""
    told: Mapping[str, Any] = metrics.get("tastes", {})
    if not told:
        return {}
    try:
        places, shifts, sizes = (arrays[PREFIX + name] for name in ("places", "shifts", "sizes"))
        tables = [ThresholdTable.from_json(one["thresholds"]) for _, one in sorted(told.items())]
    except (KeyError, TypeError) as fault:
        raise ValueError(f"the tastes are incomplete ({fault})") from fault
    ends = sizes.astype(np.int64).cumsum()
    if len(ends) != len(told) or places.shape != shifts.shape or ends[-1] != len(places):
        raise ValueError("the tastes do not add up")
    if len(places) and int(places.max()) >= BUCKETS:
        raise ValueError("a taste has places beyond the table of weights")
    starts = ends - sizes
    return {
        name: Taste(places[start:end], shifts[start:end], table)
        for name, start, end, table in zip(
            sorted(told), starts.tolist(), ends.tolist(), tables, strict=True
        )
    }
