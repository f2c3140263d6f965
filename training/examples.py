"""Training examples: comments with their labels, where they came from and what they repeat."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from models.comment import Comment

UNKNOWN, HAM, SPAM = -1, 0, 1
"""Codes of a label in a column of numbers."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Parallel columns, one entry an example.

    `group` numbers near-duplicates across all sources. `fits` marks what may teach; `tests` marks
    what may be counted: rows of a corpus whose label a person gave, no copies, no guesses.
    `original` is the label code that the corpus gives, before corrections.
    """

    ids: NDArray[np.str_]
    comments: Sequence[Comment]
    source: NDArray[np.str_]
    group: NDArray[np.int64]
    is_spam: NDArray[np.bool_]
    fits: NDArray[np.bool_]
    tests: NDArray[np.bool_]
    original: NDArray[np.int8]
    by_post_author: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.comments)

    def where(self, kept: NDArray[np.bool_]) -> "Examples":
        """Return the examples that `kept` marks, in the same order."""
        return self.at(np.flatnonzero(kept))

    def at(self, rows: NDArray[np.int64]) -> "Examples":
        """Return the examples at these places, in the order of the places."""
        columns = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if field.name != "comments"
        }
        comments = [self.comments[row] for row in rows.tolist()]
        return Examples(comments=comments, **columns)

    def joined(self, other: "Examples") -> "Examples":
        """Return these examples followed by the others; group numbers must already agree."""
        columns = {
            field.name: np.concatenate([getattr(self, field.name), getattr(other, field.name)])
            for field in fields(self)
            if field.name != "comments"
        }
        return Examples(comments=[*self.comments, *other.comments], **columns)
