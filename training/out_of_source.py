"""What models say of sources they have not seen: the only scores that promises rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.windows import WindowRule
from training.examples import Examples
from training.fit import Linear, fit_linear
from training.offers import offers_of
from training.progress import Progress, silent
from training.split import Fold
from training.weigh import Weighing, sample_weights
from training.window_gains import window_gains


@dataclass(frozen=True, slots=True)
class OutOfSource:
    """Three numbers an example, and the model of each fold by the sources that it has not seen.

    `margins` holds the whole comment's logit, NaN where no fold tests a row or where what is left
    to train on has one label only. `gains` holds how far its best window lies above, 0 or more;
    `offers` the kind of offer, 0 where no fold tests a row.
    """

    margins: NDArray[np.float64]
    gains: NDArray[np.float64]
    offers: NDArray[np.int8]
    models: Mapping[tuple[str, ...], Linear]

    def windowed(self, rule: WindowRule | None) -> NDArray[np.float64]:
        """Return the logits as a scorer with this rule gives them."""
        if rule is None:
            return self.margins
        return self.margins + np.maximum(self.gains - rule.penalty, 0)

    def shifted(self, shifts: NDArray[np.float64]) -> "OutOfSource":
        """Return the same with each kind of offer moved by its own of four `shifts`."""
        return replace(self, margins=self.margins + shifts[self.offers])

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
    offers = np.zeros(len(examples), np.int8)
    scored = np.flatnonzero(~np.isnan(margins))
    offers[scored] = offers_of([examples.comments[row] for row in scored.tolist()])
    return OutOfSource(margins, gains, offers, models)
