"""Plots as plain shapes: the templates draw them, the numbers stand beside them in a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from service.deciding.decision import Decision

WIDTH: Final = 720.0
HEIGHT: Final = 160.0
GAP: Final = 2.0
STACK: Final = (Decision.APPROVE, Decision.HOLD, Decision.REJECT)


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, in units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars below a line that is marked with the largest value."""

    bars: tuple[Bar, ...]
    top: int
    ticks: tuple[tuple[float, str], ...]
    lines: tuple[tuple[float, str, str], ...] = ()
    """Upright lines: place, kind, what they mean."""


def day_plot(days: Sequence[int], by_day: Mapping[int, Mapping[Decision, int]]) -> Plot:
    """Stack each day's comments by decision."""
    top = max([sum(by_day.get(day, {}).values()) for day in days] + [1])
    step = WIDTH / len(days)
    bars = []
    for place, day in enumerate(days):
        floor = HEIGHT
        for decision in STACK:
            count = by_day.get(day, {}).get(decision, 0)
            height = HEIGHT * count / top
            floor -= height
            if count:
                bars.append(
                    Bar(
                        round(place * step + GAP / 2, 1),
                        round(floor, 1),
                        round(step - GAP, 1),
                        round(height, 1),
                        decision.value,
                        f"{day_name(day)}: {count:,} {decision.value}",
                    )
                )
    ticks = tuple(
        (round(place * step, 1), day_name(day)) for place, day in enumerate(days) if place % 7 == 0
    )
    return Plot(tuple(bars), top, ticks)


def score_plot(scores: Sequence[int], approve_below: float, reject_from: float) -> Plot:
    """Draw how many comments had which score, each band in the colour of what it leads to."""
    top = max([*scores, 1])
    step = WIDTH / len(scores)
    bars = []
    for place, count in enumerate(scores):
        low, high = place / len(scores), (place + 1) / len(scores)
        kind = "approve" if high <= approve_below else "reject" if low >= reject_from else "hold"
        height = HEIGHT * count / top
        if count:
            bars.append(
                Bar(
                    round(place * step + GAP / 2, 1),
                    round(HEIGHT - height, 1),
                    round(step - GAP, 1),
                    round(height, 1),
                    kind,
                    f"{low:.2f} to {high:.2f}: {count:,}",
                )
            )
    lines = []
    if approve_below > 0:
        lines.append((round(approve_below * WIDTH, 1), "approve", f"approve {approve_below:.2f}"))
    if reject_from <= 1:
        lines.append((round(reject_from * WIDTH, 1), "reject", f"reject {reject_from:.2f}"))
    ticks = tuple((WIDTH * share / 4, f"{share / 4:.2f}") for share in range(5))
    return Plot(tuple(bars), top, ticks, tuple(lines))


def day_name(day: int) -> str:
    """Write a day as 22 Nov."""
    moment = datetime.fromtimestamp(day / 1_000_000, UTC)
    return f"{moment.day} {moment:%b}"
