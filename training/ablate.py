"""What each feature group is worth: the recipe again without it, on sources left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from models.features import GROUPS
from training.examples import Examples
from training.matrix import feature_matrix
from training.metrics import caught_at
from training.out_of_source import out_of_source_margins
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
    examples: Examples, sources: Sequence[str], *, jobs: int = 1, progress: Progress = silent
) -> Iterator[Ablation]:
    """Yield one row a feature group; each costs as much as a whole evaluation."""
    whole = _means(examples, sources, GROUPS, jobs, progress)
    yield Ablation("nothing", whole[0], 0.0, whole[1], 0.0)
    for group in GROUPS:
        rest = [name for name in GROUPS if name != group]
        auc, caught = _means(examples, sources, rest, jobs, progress)
        yield Ablation(group, auc, whole[0] - auc, caught, whole[1] - caught)


def _means(
    examples: Examples,
    sources: Sequence[str],
    groups: Sequence[str],
    jobs: int,
    progress: Progress,
) -> tuple[float, float]:
    matrix = feature_matrix(examples.comments, groups=groups, jobs=jobs, progress=progress)
    folds = [leave_out(examples, [name]) for name in sources]
    margins = out_of_source_margins(matrix, examples, folds, progress=progress)
    found = []
    for fold in folds:
        spam = examples.is_spam[fold.test]
        scores = margins[fold.test]
        caught = caught_at(scores[spam], scores[~spam], _HAM_LOST)
        found.append((float(roc_auc_score(spam, scores)), caught))
    auc, caught = np.mean(found, axis=0).tolist()
    return auc, caught
