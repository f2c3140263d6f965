"""A candidate: the bundle that fitting makes, with the figures and promises it carries."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.bundle import Bundle, seal
from models.calibration import Calibration
from models.manifest import Manifest
from models.thresholds import CertifiedLimit, ThresholdTable
from training.calibrate import fit_calibration
from training.certify import CONFIDENCE, Certificate, certify_approve, certify_reject
from training.examples import Examples
from training.fit import Linear, fit_linear
from training.gather import Gathered
from training.languages import count_languages
from training.metrics import measure
from training.out_of_source import out_of_source_margins
from training.outcome import default_thresholds, three_way
from training.progress import Progress, silent
from training.reference_set import hold_back
from training.sources import as_evidence, comparable_sources, evidence_folds, once_each
from training.weigh import Weighing, sample_weights

HAM_LIMITS = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05)
SPAM_LIMITS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1)
EVIDENCE = (
    "Scores that models gave to blogs and news sites they had not seen, large blogs left out one by "
    "one; chats, profiles and video comments teach but are no evidence; near-duplicates of one "
    "source count once."
)
_LIBRARIES = ("numpy", "scipy", "scikit-learn")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Scores from models that have not seen the row's source, with what they certify."""

    calibration: Calibration
    scores: NDArray[np.float64]
    tested: NDArray[np.bool_]
    reject: tuple[Certificate, ...]
    approve: tuple[Certificate, ...]

    def table(self) -> ThresholdTable:
        """Return the certified thresholds in the form a bundle carries."""
        return ThresholdTable(
            tuple(_limit(found) for found in self.reject),
            tuple(_limit(found) for found in self.approve),
            CONFIDENCE,
        )


def make_candidate(
    gathered: Gathered, examples: Examples, matrix: csr_matrix, *, progress: Progress = silent
) -> Bundle:
    """Fit on all that may teach; calibrate and certify on sources left out in turn.

    The reference set that travels with the bundle is kept from the final fit.
    """
    folds = evidence_folds(examples, comparable_sources(examples))
    margins = out_of_source_margins(matrix, examples, folds, progress=progress)
    evidence = certify(margins, examples)
    held = hold_back(examples)
    linear = final_linear(matrix, examples, examples.fits & ~held.rows)
    manifest = Manifest(
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        intercept=linear.intercept,
        calibration=evidence.calibration,
        thresholds=evidence.table(),
        corpora=gathered.records,
        metrics=_metrics(evidence, examples),
        libraries={name: version(name) for name in _LIBRARIES},
    )
    return seal(manifest, {"weights": linear.weights, **held.reference.to_arrays()})


def final_linear(matrix: csr_matrix, examples: Examples, train: NDArray[np.bool_]) -> Linear:
    """Fit on the examples that `train` marks."""
    weights = sample_weights(examples, train, Weighing())
    return fit_linear(matrix, examples.is_spam, weights)


def certify(margins: NDArray[np.float64], examples: Examples) -> Evidence:
    """Calibrate out-of-source margins and certify thresholds on them.

    What nearly repeats a comment of the same source counts once: a campaign of 400 rows is one
    piece of evidence, not 400.
    """
    tested = once_each(examples, as_evidence(examples).tests & ~np.isnan(margins))
    is_spam = examples.is_spam[tested]
    calibration = fit_calibration(margins[tested], is_spam)
    scores = calibration.scores(margins[tested])
    _, source = np.unique(examples.source[tested], return_inverse=True)
    ham, spam = ~is_spam, is_spam
    return Evidence(
        calibration,
        scores,
        tested,
        tuple(certify_reject(scores[ham], source[ham], limit) for limit in HAM_LIMITS),
        tuple(certify_approve(scores[spam], source[spam], limit) for limit in SPAM_LIMITS),
    )


def _limit(found: Certificate) -> CertifiedLimit:
    return CertifiedLimit(found.limit, found.threshold, found.total, found.wrong, found.bound)


def _metrics(evidence: Evidence, examples: Examples) -> dict[str, Any]:
    is_spam = examples.is_spam[evidence.tested]
    thresholds = default_thresholds(evidence.table())
    approve_below = np.full(len(is_spam), thresholds.approve_below)
    reject_from = np.full(len(is_spam), thresholds.reject_from)
    return {
        "evidence": EVIDENCE,
        "languages": count_languages(examples.comments, examples.is_spam.tolist()),
        "out_of_source": asdict(measure(evidence.scores, is_spam)),
        "three_way": asdict(three_way(evidence.scores, is_spam, approve_below, reject_from)),
        "spam_share_assumed": float(is_spam.mean()),
        "bounds": {
            "max_ham_rejected": _bounds(evidence.reject),
            "max_spam_approved": _bounds(evidence.approve),
        },
    }


def _bounds(certificates: Sequence[Certificate]) -> list[dict[str, Any]]:
    return [asdict(found) for found in certificates]
