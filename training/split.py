"""Splits by source and by group of near-duplicates, never by chance.

The next blog is one that the model has not seen, so the only honest test set is a source that is
wholly absent from training, near-duplicates of its comments included.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.examples import Examples


@dataclass(frozen=True, slots=True)
class Fold:
    """Which examples to fit on and which to score; an example may be in neither."""

    sources: tuple[str, ...]
    train: NDArray[np.bool_]
    test: NDArray[np.bool_]


def leave_out(examples: Examples, sources: Sequence[str]) -> Fold:
    """Test on `sources`; train on the rest without what nearly repeats their comments."""
    inside = np.isin(examples.source, list(sources))
    repeated = np.isin(examples.group, np.unique(examples.group[inside]))
    return Fold(tuple(sources), examples.fits & ~inside & ~repeated, examples.tests & inside)


def source_folds(examples: Examples, count: int) -> list[Fold]:
    """Share all sources out over `count` folds so that spam and ham are as even as they can be.

    The largest sources are placed first, each where its commoner label is rarest so far.
    """
    tested = examples.where(examples.tests)
    names, index = np.unique(tested.source, return_inverse=True)
    sizes = np.stack(
        [np.bincount(index, ~tested.is_spam), np.bincount(index, tested.is_spam)], axis=1
    )
    shares = sizes / np.maximum(sizes.sum(axis=0), 1)
    loads = np.zeros((min(count, len(names)), 2))
    members: list[list[str]] = [[] for _ in loads]
    for name in np.argsort(-shares.max(axis=1), kind="stable"):
        place = int(np.argmin((loads + shares[name]).max(axis=1)))
        loads[place] += shares[name]
        members[place].append(str(names[name]))
    return [leave_out(examples, sorted(inside)) for inside in members]
