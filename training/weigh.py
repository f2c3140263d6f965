"""How much each example counts: campaigns, large sources and the commoner label are held down."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.examples import Examples


@dataclass(frozen=True, slots=True)
class Weighing:
    """The knobs, chosen by leaving one source out at a time.

    A group of n near-duplicates weighs n ** `group_power`, a source of weight n within its label
    n ** `source_power`; spam holds `spam_share` of all weight. The mean weight is 1.
    """

    group_power: float = 0.3
    source_power: float = 0.3
    spam_share: float = 0.5


def sample_weights(
    examples: Examples, train: NDArray[np.bool_], weighing: Weighing
) -> NDArray[np.float64]:
    """Return one weight an example, 0 outside `train`."""
    weights = np.zeros(len(examples))
    rows = np.flatnonzero(train)
    spam = examples.is_spam[rows]
    inside = _flatten(np.ones(len(rows)), examples.group[rows] * 2 + spam, weighing.group_power)
    _, source = np.unique(examples.source[rows], return_inverse=True)
    inside = _flatten(inside, source * 2 + spam, weighing.source_power)
    for label, share in ((True, weighing.spam_share), (False, 1 - weighing.spam_share)):
        mine = spam == label
        if mine.any():
            inside[mine] *= share / inside[mine].sum()
    weights[rows] = inside * len(rows)
    return weights


def _flatten(
    weights: NDArray[np.float64], keys: NDArray[np.int64], power: float
) -> NDArray[np.float64]:
    """Scale the members of each key so that their total becomes total ** `power`."""
    _, index = np.unique(keys, return_inverse=True)
    totals = np.bincount(index, weights)
    scaled: NDArray[np.float64] = weights * np.power(totals, power - 1)[index]
    return scaled
