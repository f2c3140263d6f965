"""The feature matrix: one sparse row a comment, computed in chunks on all cores that are given."""

from collections.abc import Collection, Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from models.comment import Comment
from models.features import DIMENSION, FITTED, FeatureRows, extract, featurise, rows_of
from training.progress import Progress, silent

CHUNK = 512  # comments; larger chunks gain nothing and hold more memory
_SPARE = 1.25  # how far an array grows beyond what it needs

_Number = TypeVar("_Number", np.float32, np.int32)


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
    return _stacked(progress("Features", rows, len(chunks)))


def fitted_matrix(
    comments: Sequence[Comment], *, jobs: int = 1, progress: Progress = silent
) -> csr_matrix:
    """Return the feature matrix as a fit on corpora sees it: without what only sources unseen weigh."""
    return feature_matrix(comments, groups=FITTED, jobs=jobs, progress=progress)


def group_matrices(
    comments: Sequence[Comment], *, jobs: int = 1, progress: Progress = silent
) -> dict[str, csr_matrix]:
    """Return a matrix for each group that is fitted; together they are the fitted matrix."""
    chunks = [comments[start : start + CHUNK] for start in range(0, len(comments), CHUNK)]
    run = Parallel(n_jobs=min(jobs, max(len(chunks), 1)), return_as="generator")
    apart = run(delayed(_apart)(chunk) for chunk in chunks)
    found = [_apart([]), *progress("Features", apart, len(chunks))]
    return {
        group: csr_matrix(vstack([chunk[group] for chunk in found], format="csr"))
        for group in FITTED
    }


class _Growing(Generic[_Number]):
    """An array that grows at its end, in place where the system can."""

    def __init__(self, kind: type[_Number]) -> None:
        self._array: NDArray[_Number] = np.empty(0, kind)
        self.size = 0

    def add(self, more: NDArray[_Number]) -> None:
        """Put more behind what there is."""
        end = self.size + len(more)
        if end > len(self._array):
            self._array.resize(int(end * _SPARE), refcheck=False)
        self._array[self.size : end] = more
        self.size = end

    def take(self) -> NDArray[_Number]:
        """Return the array without what it has to spare."""
        self._array.resize(self.size, refcheck=False)
        return self._array


def _stacked(chunks: Iterable[csr_matrix]) -> csr_matrix:
    """Put rows under each other as they come.

    All chunks beside the whole would be twice the memory, and what small arrays had on the heap is
    hardly ever given back before the fit makes its own copy.
    """
    values, places, lengths = _Growing(np.float32), _Growing(np.int32), _Growing(np.int32)
    for chunk in chunks:
        values.add(chunk.data)
        places.add(chunk.indices)
        lengths.add(np.diff(chunk.indptr))
    ends = np.concatenate([[0], np.cumsum(lengths.take(), dtype=np.int64)])
    matrix = csr_matrix(
        (values.take(), places.take(), ends.astype(np.int32)), shape=(len(ends) - 1, DIMENSION)
    )
    matrix.has_canonical_format = True
    return matrix


def _chunk(comments: Sequence[Comment], groups: Collection[str] | None) -> csr_matrix:
    return _matrix(featurise(comments, groups))


def _apart(comments: Sequence[Comment]) -> dict[str, csr_matrix]:
    features = extract(comments)
    return {group: _matrix(rows_of(features, [group])) for group in FITTED}


def _matrix(rows: FeatureRows) -> csr_matrix:
    matrix = csr_matrix(
        (rows.values, rows.indices, rows.indptr.astype(np.int32)),
        shape=(len(rows.indptr) - 1, DIMENSION),
    )
    matrix.sum_duplicates()
    return matrix
