"""Evaluation of a bundle on corpora, or of the whole recipe with one source left out at a time."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.bundle import Bundle
from models.scorer import Scorer
from training.candidate import as_evidence, certify
from training.evaluation import Evaluation, Scored, judge
from training.examples import HAM, SPAM, Examples
from training.out_of_source import out_of_source_margins
from training.outcome import default_thresholds
from training.progress import Progress, silent
from training.split import Fold, leave_out, source_folds

# A blog with fewer rows of either label has no figures worth a mean.
LEAST_SPAM, LEAST_HAM = 50, 100
_TITLED = 0.9
_REST_FOLDS = 3
_BATCH = 64


def evaluate_bundle(
    bundle: Bundle, examples: Examples, *, progress: Progress = silent
) -> Evaluation:
    """Score every labelled row with a bundle, as the service would."""
    tested = examples.where(examples.tests)
    scorer = Scorer(bundle)
    starts = range(0, len(tested), _BATCH)
    scores = [
        scorer.score(tested.comments[start : start + _BATCH])
        for start in progress("Scores", starts, len(starts))
    ]
    thresholds = default_thresholds(bundle.manifest.thresholds)
    return judge(
        Scored(
            tested,
            np.concatenate(scores),
            np.full(len(tested), thresholds.approve_below),
            np.full(len(tested), thresholds.reject_from),
        )
    )


def evaluate_left_out(
    matrix: csr_matrix,
    examples: Examples,
    sources: Sequence[str],
    *,
    progress: Progress = silent,
) -> Evaluation:
    """Leave out each of `sources` alone; calibrate and certify for each on all the others.

    The sources that are not asked for are left out a few at a time, as evidence only.
    """
    folds = [leave_out(examples, [name]) for name in sources]
    folds += _rest(examples, sources)
    margins = out_of_source_margins(matrix, examples, folds, progress=progress)
    return judge(_scored_one_by_one(margins, examples, sources))


def comparable_sources(examples: Examples) -> list[str]:
    """Name the blogs with enough of both labels: their rows know the post they answer."""
    return [name for name in _names(examples) if _comparable(examples, name)]


def _comparable(examples: Examples, name: str) -> bool:
    inside = (examples.source == name) & examples.tests
    for labels in (examples.is_spam[inside], examples.original[inside] == SPAM):
        if labels.sum() < LEAST_SPAM or (~labels).sum() < LEAST_HAM:
            return False
    if (examples.original[inside] == HAM).sum() < LEAST_HAM:
        return False
    rows = np.flatnonzero(inside).tolist()
    titled = [examples.comments[row].post.title is not None for row in rows]
    return float(np.mean(titled)) >= _TITLED


def _names(examples: Examples) -> list[str]:
    return sorted(set(examples.source.tolist()))


def _rest(examples: Examples, sources: Sequence[str]) -> Iterator[Fold]:
    """Share out the other sources; each fold trains without its own test sources only."""
    rest = ~np.isin(examples.source, list(sources)) & as_evidence(examples).tests
    if rest.any():
        for fold in source_folds(examples.where(rest), _REST_FOLDS):
            yield leave_out(examples, fold.sources)


def _scored_one_by_one(
    margins: NDArray[np.float64], examples: Examples, sources: Sequence[str]
) -> Scored:
    chosen = np.isin(examples.source, list(sources)) & ~np.isnan(margins)
    columns = np.full((3, len(examples)), np.nan)
    for name in sources:
        inside = examples.source == name
        evidence = certify(np.where(inside, np.nan, margins), examples)
        thresholds = default_thresholds(evidence.table())
        columns[0, inside] = evidence.calibration.scores(margins[inside])
        columns[1, inside] = thresholds.approve_below
        columns[2, inside] = thresholds.reject_from
    return Scored(examples.where(chosen), *columns[:, chosen])
