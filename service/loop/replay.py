"""Replay: what another bundle, or other limits, would have made of stored comments."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from service.loop.rescoring import Rescored


@dataclass(frozen=True, slots=True)
class Changed:
    """One comment that would be decided otherwise."""

    id: str
    given: str
    would_be: str
    score: float
    label: str | None
    content: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """Counts by direction, and a page of examples, newest first, of each direction some."""

    comments: int
    directions: tuple[tuple[str, str, int], ...]
    examples: tuple[Changed, ...]

    @property
    def changed(self) -> int:
        """How many comments would be decided otherwise."""
        return sum(count for _, _, count in self.directions)

    def to_json(self) -> dict[str, Any]:
        """Return the replay for machines."""
        return {
            "comments": self.comments,
            "changed": self.changed,
            "directions": [
                {"given": given, "would_be": after, "count": count}
                for given, after, count in self.directions
            ],
            "examples": [
                {name: getattr(one, name) for name in Changed.__slots__} for one in self.examples
            ],
        }


def replay(rescored: Iterable[Rescored], examples: int) -> Replayed:
    """Compare what was decided with what the first scorer would decide now."""
    total = 0
    directions: Counter[tuple[str, str]] = Counter()
    found: dict[tuple[str, str], list[Changed]] = {}
    for one in rescored:
        total += 1
        after = one.decisions[0]
        if after is one.given:
            continue
        direction = one.given.value, after.value
        directions[direction] += 1
        if directions[direction] <= examples:
            label = one.label and one.label.value
            changed = Changed(one.id, *direction, one.scores[0], label, one.content)
            found.setdefault(direction, []).append(changed)
    ordered = sorted(directions.items(), key=lambda item: (-item[1], item[0]))
    return Replayed(
        total,
        tuple((given, after, count) for (given, after), count in ordered),
        tuple(_of_each(list(found.values()), examples)),
    )


def _of_each(found: Sequence[Sequence[Changed]], most: int) -> list[Changed]:
    """Return the newest of every direction in turn, so that a rare one is among the examples."""
    in_turn = [one for row in zip_longest(*found) for one in row if one is not None]
    # Ids sort by time.
    return sorted(in_turn[:most], key=lambda one: one.id, reverse=True)
