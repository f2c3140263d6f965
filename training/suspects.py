"""Rows whose label an out-of-source score contradicts, mixed with as many that it does not.

They are to be read with score and label hidden; what the reader says becomes a correction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.examples import Examples

_SEED = 20261122


@dataclass(frozen=True, slots=True)
class Suspects:
    """Places of rows to read, in an order that tells nothing, and which of them contradict."""

    rows: NDArray[np.int64]
    contradicts: NDArray[np.bool_]


def find_suspects(scores: NDArray[np.float64], examples: Examples, count: int) -> Suspects:
    """Choose the `count` rows that contradict their label most, and as many random others.

    `scores` are out-of-source probabilities, NaN where there is none.
    """
    known = np.flatnonzero(examples.tests & ~np.isnan(scores))
    surprise = np.where(examples.is_spam[known], 1 - scores[known], scores[known])
    order = known[np.argsort(-surprise, kind="stable")]
    generator = np.random.default_rng(_SEED)
    others = order[count:]
    picked = np.r_[order[:count], generator.choice(others, min(count, len(others)), replace=False)]
    shuffled = generator.permutation(len(picked))
    return Suspects(picked[shuffled], shuffled < min(count, len(order)))


def to_read(suspects: Suspects, examples: Examples) -> Iterator[dict[str, Any]]:
    """Yield what a reader sees of each row: no score, no label."""
    for row in suspects.rows.tolist():
        comment = examples.comments[row]
        yield {
            "id": str(examples.ids[row]),
            "author_name": comment.author.name,
            "author_url": comment.author.url,
            "post_title": comment.post.title,
            "content": comment.content,
        }
