"""The groups' matrices are the feature matrix taken apart."""

from functools import reduce
from operator import add

import numpy as np

from models.features import GROUPS
from tests.training import tiny_corpus
from training.matrix import feature_matrix, group_matrices


def test_groups_add_up_to_the_whole() -> None:
    comments = [row.comment() for row in tiny_corpus.rows()]
    apart = group_matrices(comments)
    assert set(apart) == set(GROUPS)
    difference = reduce(add, apart.values()) - feature_matrix(comments)
    assert np.abs(difference.data).max(initial=0.0) < 1e-6
    for group in ("words", "links", "fit"):
        alone = apart[group] - feature_matrix(comments, groups=[group])
        assert np.abs(alone.data).max(initial=0.0) < 1e-6
