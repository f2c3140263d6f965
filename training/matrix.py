"""The feature matrix: one sparse row a comment, computed in chunks on all cores that are given."""

from collections.abc import Collection, Sequence

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, vstack

from models.comment import Comment
from models.features import DIMENSION, GROUPS, FeatureRows, extract, featurise, rows_of
from training.progress import Progress, silent

CHUNK = 512  # comments; larger chunks gain nothing and hold more memory


def feature_matrix(
    comments: Sequence[Comment],
    *,
    groups: Collection[str] | None = None,
    jobs: int = 1,
    progress: Progress = silent,
) -> csr_matrix:
    """Return float32 rows of `DIMENSION` columns in the order of the comments."""
    chunks = [comments[start : start + CHUNK] for start in range(0, len(comments), CHUNK)]
    run = Parallel(n_jobs=min(jobs, max(len(chunks), 1)), return_as="generator")
    rows = run(delayed(_chunk)(chunk, groups) for chunk in chunks)
    found = [_chunk([], groups), *progress("Features", rows, len(chunks))]
    return csr_matrix(vstack(found, format="csr", dtype=np.float32))


def group_matrices(
    comments: Sequence[Comment], *, jobs: int = 1, progress: Progress = silent
) -> dict[str, csr_matrix]:
    """Return a matrix for each group of features alone; together they are the feature matrix."""
    chunks = [comments[start : start + CHUNK] for start in range(0, len(comments), CHUNK)]
    run = Parallel(n_jobs=min(jobs, max(len(chunks), 1)), return_as="generator")
    apart = run(delayed(_apart)(chunk) for chunk in chunks)
    found = [_apart([]), *progress("Features", apart, len(chunks))]
    return {
        group: csr_matrix(vstack([chunk[group] for chunk in found], format="csr"))
        for group in GROUPS
    }


def _chunk(comments: Sequence[Comment], groups: Collection[str] | None) -> csr_matrix:
    return _matrix(featurise(comments, groups))


def _apart(comments: Sequence[Comment]) -> dict[str, csr_matrix]:
    features = extract(comments)
    return {group: _matrix(rows_of(features, [group])) for group in GROUPS}


def _matrix(rows: FeatureRows) -> csr_matrix:
    matrix = csr_matrix(
        (rows.values, rows.indices, rows.indptr.astype(np.int32)),
        shape=(len(rows.indptr) - 1, DIMENSION),
    )
    matrix.sum_duplicates()
    return matrix
