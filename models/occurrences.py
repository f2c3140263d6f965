"""Where hashed features occur in a batch: the form that rows, scores and evidence all come from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.reading import Part


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Features of one kind, in the order in which they stand.

    Row r owns the columns `begin[r]:end[r]` of `indices` (layers by columns, each a place in the
    weight table) and each counts `scale[r]`. `start` and `stop` tell, for each column, which bytes
    of the batch it covers. With several layers the columns are the bytes of the batch themselves,
    and layer k covers k + 1 bytes (n-grams). Traits have one layer and no place. `part` is the
    text that the features stand in.
    """

    group: str
    part: Part
    indices: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    scale: NDArray[np.float32]
    start: NDArray[np.int64] | None = None
    stop: NDArray[np.int64] | None = None

    @property
    def in_windows(self) -> bool:
        """Whether the features stand at places of the content, so that a window has its share."""
        return self.part is Part.CONTENT and self.placed

    @property
    def placed(self) -> bool:
        """Whether the features stand at places in a text."""
        return self.start is not None or len(self.indices) > 1

    def weights(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        """Look every occurrence up and add the layers: one weight for each column, unscaled."""
        found = table.take(self.indices, mode="clip")
        total: NDArray[np.float64] = found.sum(axis=0, dtype=np.float64)
        return total

    def sums(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what these features add to each row's logit."""
        running = running_sum(self.weights(table))
        return (running[self.end] - running[self.begin]) * self.scale


def running_sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the running sum with a zero in front, so that differences are sums of slices."""
    running = np.zeros(len(values) + 1)
    np.cumsum(values, out=running[1:])
    return running
