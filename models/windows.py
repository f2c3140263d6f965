"""Scoring a long comment by its parts, so that padding does not hide a promotion."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.features import SEGMENTS, WORD_SEGMENT, Features
from models.reading import Part


@dataclass(frozen=True, slots=True)
class WindowRule:
    """Windows of `length` bytes every `stride` bytes, for texts of more than `least` bytes.

    A window's logit counts less `penalty`: the best of many windows is high by chance, and
    training measures by how much.
    """

    least: int
    length: int
    stride: int
    penalty: float

    def __post_init__(self) -> None:
        if not 0 < self.stride <= self.length or self.least < self.length or self.penalty < 0:
            raise ValueError(
                "Windows must overlap or touch, fit the text and cost nothing or more."
            )


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of a batch: the row each belongs to, and its first and one past its last byte."""

    rows: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]


def cut_windows(rule: WindowRule, begin: NDArray[np.int64], end: NDArray[np.int64]) -> Windows:
    """Cut the texts at `begin` to `end` into windows; texts up to `least` bytes get none."""
    length = end - begin
    extra = np.maximum(length - rule.length, 0)
    count = np.where(length > rule.least, -(-extra // rule.stride) + 1, 0)
    rows = np.repeat(np.arange(len(begin)), count)
    number = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    first = np.minimum(begin[rows] + number * rule.stride, end[rows] - rule.length)
    return Windows(rows, first, first + rule.length)


def best_windows(
    features: Features,
    running: NDArray[np.float64],
    shares: NDArray[np.float64],
    logits: NDArray[np.float64],
    rule: WindowRule,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the rows that have windows, and the highest logit among each one's windows.

    A window has its own n-grams, words and pairs, scaled as in a text of its size, and shares
    all else with the whole comment.
    """
    reading = features.reading
    begin, end = reading.begin[Part.CONTENT], reading.end[Part.CONTENT]
    if (end - begin).max(initial=0) <= rule.least:
        return np.empty(0, np.int64), np.empty(0)
    windows = cut_windows(rule, begin, end)
    found = logits[windows.rows] - rule.penalty
    for number, segment in enumerate(SEGMENTS):
        if segment.part is Part.CONTENT and segment.placed:
            found += _share(features, running, number, windows) - shares[number, windows.rows]
    rows, start = np.unique(windows.rows, return_index=True)
    return rows, np.maximum.reduceat(found, start)


def _share(
    features: Features, running: NDArray[np.float64], number: int, windows: Windows
) -> NDArray[np.float64]:
    """Return what a segment adds within each window."""
    low, high = features.begin[number, windows.rows], features.end[number, windows.rows]
    first, last = windows.begin, windows.end
    if number >= WORD_SEGMENT:
        # Words and pairs follow each other as in the text, so theirs are columns side by side.
        reading = features.reading
        shift = features.begin[number, 0] - reading.numbers[0, Part.CONTENT, 0]
        first = reading.words.start.searchsorted(first) + shift
        last = reading.words.start.searchsorted(last) + shift
    first, last = np.clip(first, low, high), np.clip(last, low, high)
    rescale = np.sqrt(np.maximum(high - low, 1) / np.maximum(last - first, 1))
    rescale *= features.scale[number, windows.rows]
    share: NDArray[np.float64] = (running[last] - running[first]) * rescale
    return share
