"""What each feature group is worth: the recipe again without it, on sources left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix
from sklearn.metrics import roc_auc_score

from models.features import FITTED
from training.examples import Examples
from training.matrix import group_matrices
from training.metrics import caught_at
from training.out_of_source import out_of_source
from training.progress import Progress, silent
from training.split import leave_out

_HAM_LOST = 0.005


@dataclass(frozen=True, slots=True)
class Ablation:
    """Means over sources without one group; costs are what leaving it out loses."""

    group: str
    auc: float
    auc_cost: float
    caught: float
    caught_cost: float


def ablate(
    examples: Examples,
    sources: Sequence[str],
    *,
    every: int = 1,
    jobs: int = 1,
    progress: Progress = silent,
) -> Iterator[Ablation]:
    """Yield one row a feature group; each costs as many fits as there are sources.

    One in `every` examples teaches; all comments of the sources are scored.
    """
    taught = examples.fits & (np.arange(len(examples)) % every == 0)
    examples = replace(examples, fits=taught)
    examples = examples.where(taught | (examples.tests & np.isin(examples.source, list(sources))))
    matrices = group_matrices(examples.comments, jobs=jobs, progress=progress)
    run = Parallel(n_jobs=jobs, return_as="generator")
    left_out = ["", *FITTED]
    found = run(delayed(_means)(examples, sources, matrices, group) for group in left_out)
    whole = None
    for group, (auc, caught) in zip(
        left_out, progress("Groups left out", found, len(left_out)), strict=True
    ):
        whole = whole or (auc, caught)
        yield Ablation(group or "nothing", auc, whole[0] - auc, caught, whole[1] - caught)


def _means(
    examples: Examples, sources: Sequence[str], matrices: Mapping[str, csr_matrix], left_out: str
) -> tuple[float, float]:
    """Return means over the sources of ROC AUC and of spam caught, without one group."""
    rest = [matrix for name, matrix in matrices.items() if name != left_out]
    matrix = csr_matrix(reduce(add, rest))
    folds = [leave_out(examples, [name]) for name in sources]
    margins = out_of_source(matrix, examples, folds, windows=False).margins
    found = []
    for fold in folds:
        spam = examples.is_spam[fold.test]
        scores = margins[fold.test]
        caught = caught_at(scores[spam], scores[~spam], _HAM_LOST)
        found.append((float(roc_auc_score(spam, scores)), caught))
    auc, caught = np.mean(found, axis=0).tolist()
    return auc, caught
