"""Scoring a long comment by its parts, so that padding does not hide a promotion."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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
