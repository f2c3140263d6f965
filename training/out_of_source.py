"""Margins that a model gives to sources it has not seen: the only ones that promises rest on."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.examples import Examples
from training.fit import fit_linear
from training.progress import Progress, silent
from training.split import Fold
from training.weigh import Weighing, sample_weights


def out_of_source_margins(
    matrix: csr_matrix,
    examples: Examples,
    folds: Sequence[Fold],
    *,
    progress: Progress = silent,
) -> NDArray[np.float64]:
    """Fit once a fold and score its test rows.

    NaN where no fold tests a row, or where what is left to train on has one label only.
    """
    margins = np.full(len(examples), np.nan)
    for fold in progress("Sources left out", folds, len(folds)):
        if len(set(examples.is_spam[fold.train].tolist())) < 2:
            continue
        weights = sample_weights(examples, fold.train, Weighing())
        linear = fit_linear(matrix, examples.is_spam, weights)
        margins[fold.test] = linear.margins(matrix)[fold.test]
    return margins
