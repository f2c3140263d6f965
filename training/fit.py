"""The linear model: logistic regression over the feature matrix."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

# Chosen by leaving one source out at a time; the metric is flat from 1 to 5.
INVERSE_REGULARISATION = 3.0
# L-BFGS gains nothing on unseen sources after this many steps, and each costs 0.3 s.
MOST_STEPS = 40


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of shape (DIMENSION,) and the intercept; a row's margin is its logit of spam."""

    weights: NDArray[np.float32]
    intercept: float

    def margins(self, matrix: csr_matrix) -> NDArray[np.float64]:
        """Return the logit of each row, before calibration."""
        return np.asarray(matrix @ self.weights, dtype=np.float64) + self.intercept


def fit_linear(
    matrix: csr_matrix,
    is_spam: NDArray[np.bool_],
    weights: NDArray[np.float64],
    *,
    inverse_regularisation: float = INVERSE_REGULARISATION,
) -> Linear:
    """Fit on the rows of positive weight; the others cost time but no copy of the matrix."""
    model = LogisticRegression(
        C=inverse_regularisation, solver="lbfgs", max_iter=MOST_STEPS, tol=1e-3
    )
    used = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]))
    # On few comments most places are empty; the optimiser need not carry them.
    sparse = len(used) < matrix.shape[1] // 2
    with warnings.catch_warnings():
        # Stopping early is part of the regularisation, not an accident.
        warnings.simplefilter("ignore", ConvergenceWarning)
        rows = matrix[:, used] if sparse else matrix
        model.fit(rows, is_spam, sample_weight=weights.astype(np.float32))
    table = np.zeros(matrix.shape[1], dtype=np.float32)
    table[used if sparse else slice(None)] = model.coef_[0]
    return Linear(table, float(model.intercept_[0]))
