"""The groups' matrices are the fitted matrix taken apart."""

from dataclasses import replace
from functools import reduce
from operator import add

import numpy as np
import pytest
from scipy.sparse import vstack

from models.features import DIMENSION, FITTED, SCALED_TRAIT
from models.hashing import bucket
from models.offer import OFFERS
from tests.training import tiny_corpus
from training.matrix import CHUNK, feature_matrix, fitted_matrix, group_matrices


def test_groups_add_up_to_the_whole() -> None:
    comments = [row.comment() for row in tiny_corpus.rows()]
    apart = group_matrices(comments)
    assert set(apart) == set(FITTED)
    difference = reduce(add, apart.values()) - fitted_matrix(comments)
    assert np.abs(difference.data).max(initial=0.0) < 1e-6
    for group in ("words", "links", "fit"):
        alone = apart[group] - feature_matrix(comments, groups=[group])
        assert np.abs(alone.data).max(initial=0.0) < 1e-6


def test_a_fit_does_not_see_what_only_sources_unseen_weigh() -> None:
    comments = [row.comment() for row in tiny_corpus.rows()]
    hidden = feature_matrix(comments) - fitted_matrix(comments)
    assert set(hidden.indices.tolist()) <= set(bucket(np.array(OFFERS, np.uint32)).tolist())
    assert hidden.sum() == pytest.approx(SCALED_TRAIT * len(comments))


def test_chunks_follow_each_other_in_the_order_of_the_comments() -> None:
    row = tiny_corpus.rows()[0].comment()
    comments = [replace(row, content=f"{row.content} {number}") for number in range(CHUNK + 3)]
    whole = feature_matrix(comments)
    assert whole.shape == (CHUNK + 3, DIMENSION)
    apart = vstack([feature_matrix(comments[:CHUNK]), feature_matrix(comments[CHUNK:])])
    assert np.array_equal((whole - apart).data, [])
    assert whole.has_canonical_format


def test_no_comments_make_no_rows() -> None:
    assert feature_matrix([]).shape == (0, DIMENSION)
