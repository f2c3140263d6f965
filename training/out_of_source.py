"""What models say of sources they have not seen: the only scores that promises rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.windows import WindowRule
from training.examples import Examples
from training.fit import Linear, fit_linear
from training.progress import Progress, silent
from training.split import Fold
from training.weigh import Weighing, sample_weights
from training.window_gains import window_gains


@dataclass(frozen=True, slots=True)
class OutOfSource:
    """Two numbers an example, and the model of each fold by the sources that it has not seen.

    `margins` holds the whole comment's logit, NaN where no fold tests a row or where what is left
    to train on has one label only. `gains` holds how far its best window lies above, 0 or more.
    """

    margins: NDArray[np.float64]
    gains: NDArray[np.float64]
    models: Mapping[tuple[str, ...], Linear]

    def windowed(self, rule: WindowRule | None) -> NDArray[np.float64]:
        """Return the logits as a scorer with this rule gives them."""
        if rule is None:
            return self.margins
        return self.margins + np.maximum(self.gains - rule.penalty, 0)

    def without(self, rows: NDArray[np.bool_]) -> "OutOfSource":
        """Return the same as if no model had scored these rows."""
        return replace(self, margins=np.where(rows, np.nan, self.margins))


def out_of_source(
    matrix: csr_matrix,
    examples: Examples,
    folds: Sequence[Fold],
    *,
    windows: bool = True,
    progress: Progress = silent,
) -> OutOfSource:
    """Fit once a fold and score its test rows, with their windows or without."""
    margins, gains = np.full(len(examples), np.nan), np.zeros(len(examples))
    models: dict[tuple[str, ...], Linear] = {}
    for fold in progress("Sources left out", folds, len(folds)):
        if len(set(examples.is_spam[fold.train].tolist())) < 2:
            continue
        weights = sample_weights(examples, fold.train, Weighing())
        linear = fit_linear(matrix, examples.is_spam, weights)
        rows = np.flatnonzero(fold.test)
        margins[rows] = linear.margins(matrix[rows])
        if windows:
            gains[rows] = window_gains(linear, [examples.comments[row] for row in rows.tolist()])
        models[fold.sources] = linear
    return OutOfSource(margins, gains, models)
