"""Evaluation of a bundle on corpora, or of the whole recipe with one source left out at a time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.bundle import Bundle
from models.scorer import Scorer
from training.candidate import certify
from training.evaluation import Evaluation, Scored, judge
from training.examples import Examples
from training.out_of_source import out_of_source_margins
from training.outcome import default_thresholds
from training.progress import Progress, silent
from training.sources import evidence_folds

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
    folds = evidence_folds(examples, sources)
    margins = out_of_source_margins(matrix, examples, folds, progress=progress)
    return judge(_scored_one_by_one(margins, examples, sources))


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
