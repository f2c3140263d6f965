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

    @classmethod
    def made_up(
        cls,
        ids: Sequence[str],
        comments: Sequence[Comment],
        source: Sequence[str],
        group: Sequence[int],
        is_spam: NDArray[np.bool_],
    ) -> "Examples":
        """Return examples of nobody's words: they teach, and never test."""
        return cls(
            ids=np.array(ids, dtype=np.str_),
            comments=comments,
            source=np.array(source, dtype=np.str_),
            group=np.array(group, dtype=np.int64),
            is_spam=is_spam,
            fits=np.ones(len(comments), dtype=np.bool_),
            tests=np.zeros(len(comments), dtype=np.bool_),
            original=np.where(is_spam, SPAM, HAM).astype(np.int8),
            by_post_author=np.zeros(len(comments), dtype=np.bool_),
        )

    def __len__(self) -> int:
        return len(self.comments)

    @property
    def next_group(self) -> int:
        """The first number that is no group's."""
        return int(self.group.max(initial=-1)) + 1

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
