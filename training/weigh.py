"""How much each example counts: campaigns, large sources and the commoner label are held down."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.examples import Examples
from training.trust import is_evidence


@dataclass(frozen=True, slots=True)
class Weighing:
    """The knobs, chosen by leaving one source out at a time.

    A row that is no comment as it came counts `copy`. A group of weight n weighs n ** `group_power`,
    a source of weight n within its label n ** `source_power`, a source that is no blog's `elsewhere`
    of that; spam holds `spam_share` of all weight. The mean weight is 1.
    """

    copy: float = 0.7
    group_power: float = 0.3
    source_power: float = 0.3
    elsewhere: float = 0.3
    spam_share: float = 0.5


def sample_weights(
    examples: Examples, train: NDArray[np.bool_], weighing: Weighing
) -> NDArray[np.float64]:
    """Return one weight an example, 0 outside `train`."""
    weights = np.zeros(len(examples))
    rows = np.flatnonzero(train)
    spam = examples.is_spam[rows]
    inside = np.where(examples.tests[rows], 1.0, weighing.copy)
    inside = _flatten(inside, examples.group[rows] * 2 + spam, weighing.group_power)
    names, source = np.unique(examples.source[rows], return_inverse=True)
    inside = _flatten(inside, source * 2 + spam, weighing.source_power)
    blog = np.array([is_evidence(name) for name in names.tolist()], dtype=np.bool_)
    inside[~blog[source]] *= weighing.elsewhere
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
