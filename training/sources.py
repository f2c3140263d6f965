"""Which sources stand for a blog, and the folds in which each is left out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.examples import HAM, SPAM, Examples
from training.split import Fold, leave_out, source_folds
from training.trust import is_evidence

# A blog with fewer rows of either label has no figures worth a mean.
LEAST_SPAM, LEAST_HAM = 50, 100
_TITLED = 0.9
# More folds leave fewer sources out at once, which is nearer to the one blog that is new; each
# costs a fit of 12 s.
_REST_FOLDS = 6


def comparable_sources(examples: Examples) -> list[str]:
    """Name the blogs with enough of both labels: their rows know the post they answer."""
    return [name for name in _names(examples) if _comparable(examples, name)]


def _comparable(examples: Examples, name: str) -> bool:
    inside = (examples.source == name) & examples.tests
    for labels in (examples.is_spam[inside], examples.original[inside] == SPAM):
        if labels.sum() < LEAST_SPAM or (~labels).sum() < LEAST_HAM:
            return False
    if (examples.original[inside] == HAM).sum() < LEAST_HAM:
        return False
    rows = np.flatnonzero(inside).tolist()
    titled = [examples.comments[row].post.title is not None for row in rows]
    return float(np.mean(titled)) >= _TITLED


def _names(examples: Examples) -> list[str]:
    return sorted(set(examples.source.tolist()))


def as_evidence(examples: Examples) -> Examples:
    """Return the examples with only those marked as tests that stand for a blog."""
    blogs = [is_evidence(source) for source in examples.source.tolist()]
    return replace(examples, tests=examples.tests & np.array(blogs, dtype=np.bool_))


def evidence_folds(examples: Examples, alone: Sequence[str]) -> list[Fold]:
    """Leave out each source of `alone` by itself, and the other blogs a few at a time."""
    folds = [leave_out(examples, [name]) for name in alone]
    rest = as_evidence(examples)
    rest = replace(rest, tests=rest.tests & ~np.isin(rest.source, list(alone)))
    if rest.tests.any():
        folds += source_folds(rest, _REST_FOLDS)
    return folds


def once_each(examples: Examples, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep of `rows` the first of each group within its source and label."""
    places = np.flatnonzero(rows)
    _, source = np.unique(examples.source[places], return_inverse=True)
    keys = np.stack([source, examples.group[places], examples.is_spam[places]], axis=1)
    _, first = np.unique(keys, axis=0, return_index=True)
    kept = np.zeros(len(rows), dtype=np.bool_)
    kept[places[first]] = True
    return kept
