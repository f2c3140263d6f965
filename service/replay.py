"""Replay: what another bundle, or other limits, would have made of stored comments."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from service.rescoring import Rescored


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
    """Counts by direction, and a page of examples, newest first."""

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
    shown: list[Changed] = []
    for one in rescored:
        total += 1
        after = one.decisions[0]
        if after is one.given:
            continue
        directions[one.given.value, after.value] += 1
        if len(shown) < examples:
            label = one.label and one.label.value
            shown.append(
                Changed(one.id, one.given.value, after.value, one.scores[0], label, one.content)
            )
    ordered = sorted(directions.items(), key=lambda item: (-item[1], item[0]))
    return Replayed(
        total, tuple((given, after, count) for (given, after), count in ordered), tuple(shown)
    )
