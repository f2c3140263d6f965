"""A fit is followed as far as is allowed, and never not at all."""

import numpy as np
import pytest

from training.fit import Linear
from training.tempered import SHARES, temper

BEFORE = Linear(np.zeros(4, np.float16), 0.5)
AFTER = Linear(np.array([2, -2, 0, 4], np.float16), 0.5)


@pytest.mark.parametrize(("most", "share"), [(9.0, 1.0), (2.0, 0.5), (0.1, SHARES[-1])])
def test_the_first_share_that_is_allowed_is_taken(most: float, share: float) -> None:
    found, taken = temper(BEFORE, AFTER, lambda one: bool(np.abs(one.weights).max() <= most))
    assert taken == share
    assert np.allclose(found.weights, share * AFTER.weights.astype(np.float64), atol=1e-2)
    assert found.intercept == BEFORE.intercept
