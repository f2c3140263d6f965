"""The feature matrix: one sparse row a comment, computed in chunks on all cores that are given."""

from collections.abc import Collection, Sequence

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, vstack

from models.comment import Comment
from models.features import DIMENSION, featurise
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


def _chunk(comments: Sequence[Comment], groups: Collection[str] | None) -> csr_matrix:
    rows = featurise(comments, groups)
    matrix = csr_matrix(
        (rows.values, rows.indices, rows.indptr.astype(np.int32)), shape=(len(comments), DIMENSION)
    )
    matrix.sum_duplicates()
    return matrix
