"""Comments scored by a bundle that, ideally, has not seen their source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.bundle import Bundle, seal
from models.manifest import Manifest
from models.scorer import Scorer
from training.candidate import Evidence, certify
from training.examples import Examples
from training.fit import Linear
from training.out_of_source import out_of_source
from training.outcome import default_thresholds
from training.progress import Progress, silent
from training.sources import evidence_folds

BATCH = 64


@dataclass(frozen=True, slots=True)
class Scored:
    """Examples with their scores, and the bundle that scored each source.

    `approve_below` and `reject_from` are the thresholds for each row: they may differ from source
    to source, because each is certified without it.
    """

    examples: Examples
    scores: NDArray[np.float64]
    approve_below: NDArray[np.float64]
    reject_from: NDArray[np.float64]
    bundles: Mapping[str, Bundle]


def score_with(bundle: Bundle, examples: Examples, *, progress: Progress = silent) -> Scored:
    """Score every labelled row with a bundle, as the service would."""
    tested = examples.where(examples.tests)
    scorer = Scorer(bundle)
    starts = range(0, len(tested), BATCH)
    scores = [
        scorer.score(tested.comments[start : start + BATCH])
        for start in progress("Scores", starts, len(starts))
    ]
    thresholds = default_thresholds(bundle.manifest.thresholds)
    return Scored(
        tested,
        np.concatenate(scores),
        np.full(len(tested), thresholds.approve_below),
        np.full(len(tested), thresholds.reject_from),
        dict.fromkeys(tested.source.tolist(), bundle),
    )


def score_left_out(
    matrix: csr_matrix,
    examples: Examples,
    sources: Sequence[str],
    *,
    progress: Progress = silent,
) -> Scored:
    """Leave out each of `sources` alone; calibrate and certify for each on all the others.

    The sources that are not asked for are left out a few at a time, as evidence only.
    """
    found = out_of_source(matrix, examples, evidence_folds(examples, sources), progress=progress)
    columns = np.full((3, len(examples)), np.nan)
    bundles = {}
    for name in sources:
        linear = found.models.get((name,))
        if linear is None:
            continue
        inside = examples.source == name
        evidence = certify(found.without(inside), examples)
        bundles[name] = _bundle(linear, evidence)
        thresholds = default_thresholds(evidence.table())
        columns[0, inside] = evidence.scores_of(found)[inside]
        columns[1, inside] = thresholds.approve_below
        columns[2, inside] = thresholds.reject_from
    chosen = ~np.isnan(columns[0])
    scores, approve_below, reject_from = columns[:, chosen]
    return Scored(examples.where(chosen), scores, approve_below, reject_from, bundles)


def _bundle(linear: Linear, evidence: Evidence) -> Bundle:
    """Return what would have been shipped had there been no such source."""
    manifest = Manifest(
        "", linear.intercept, evidence.calibration, evidence.table(), evidence.windows
    )
    return seal(manifest, {"weights": linear.with_offers(evidence.shifts).weights})
