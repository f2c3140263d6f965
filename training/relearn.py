"""A candidate from an owner's labels: fitted near the incumbent, certified by the reference set."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from models.bundle import Bundle, seal
from models.reference import Reference
from training.examples import Examples
from training.fit import Linear
from training.gather import Gathered
from training.labelled import Labelled, agreed, seconds, withheld
from training.matrix import feature_matrix
from training.progress import Progress, silent
from training.recertify import Root, recalibrate, recertify
from training.refit import Lesson, choose_strength, refit
from training.weigh import Weighing, sample_weights

HALF_LIFE_DAYS = 180.0
_DAY = 86_400.0
# A campaign of n labels weighs n ** 0.3, as in the fit on corpora.
_CAMPAIGN_POWER = Weighing().group_power
_LARGE_SHARE = 0.05


class NothingToLearn(ValueError):
    """No label is left to fit on; the message says where they went."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a refit starts from."""

    incumbent: Bundle
    labels: Labelled
    corpora: Gathered | None = None
    half_life_days: float = HALF_LIFE_DAYS
    forgotten: int = 0
    jobs: int = 1


def since(incumbent: Bundle) -> float:
    """Return the time of the newest label that the incumbent knew of, in seconds; 0 for none."""
    return seconds(incumbent.manifest.metrics.get("refit", {}).get("until"))


def relearn(sources: Sources, *, progress: Progress = silent) -> Bundle:
    """Fit, calibrate and certify a candidate; raises NothingToLearn without a usable label."""
    incumbent, labels = sources.incumbent, sources.labels
    peaceful = agreed(labels)
    teaching = labels.where(peaceful & ~withheld(labels, since(incumbent)))
    if not len(teaching):
        raise NothingToLearn(
            f"Of {len(labels)} labels none is left to learn from: what is new is first withheld "
            "for the comparison, and labels that contradict each other do not count."
        )
    before = Linear(np.asarray(incumbent.weights, np.float16), incumbent.manifest.intercept)
    lesson = _lesson(sources, teaching, progress)
    strength, losses = choose_strength(before, lesson, progress=progress)
    after = refit(before, lesson, strength)
    story = _story(sources, teaching, int((~peaceful).sum()))
    return _sealed(sources, before, after, story | {"strength": strength, "losses": losses})


def root_of(incumbent: Bundle, reference: Reference | None) -> Root:
    """Return the root that a bundle's promises rest on: itself, if it was certified on corpora."""
    kept = incumbent.manifest.metrics.get("root")
    if kept is not None:
        return Root.from_json(kept, incumbent.arrays["reference_root"].astype(np.float64))
    manifest = incumbent.manifest
    scores = np.zeros(0)
    if reference is not None:
        margins = reference.margins(incumbent.weights, manifest.intercept)
        scores = manifest.calibration.scores(margins)
    return Root(incumbent.version, scores, manifest.thresholds)


def _lesson(sources: Sources, teaching: Labelled, progress: Progress) -> Lesson:
    """Return the corpora's rows, if there are any, then the labels', oldest first."""
    order = np.argsort(teaching.labelled_at, kind="stable")
    examples = teaching.examples
    matrix = feature_matrix(examples.comments, jobs=sources.jobs, progress=progress)[order]
    own = Lesson(
        csr_matrix(matrix),
        examples.is_spam[order],
        _weights(teaching, sources.half_life_days)[order],
        examples.group[order],
    )
    if sources.corpora is None:
        return own
    return _joined(_of_corpora(sources.corpora.examples, sources.jobs, progress), own)


def _of_corpora(examples: Examples, jobs: int, progress: Progress) -> Lesson:
    fitting = examples.where(examples.fits)
    weights = sample_weights(fitting, fitting.fits, Weighing())
    matrix = feature_matrix(fitting.comments, jobs=jobs, progress=progress)
    return Lesson(matrix, fitting.is_spam, weights, fitting.group)


def _joined(first: Lesson, second: Lesson) -> Lesson:
    beyond = int(first.group.max(initial=-1)) + 1
    return Lesson(
        csr_matrix(vstack([first.matrix, second.matrix], format="csr")),
        np.concatenate([first.is_spam, second.is_spam]),
        np.concatenate([first.weights, second.weights]),
        np.concatenate([first.group, second.group + beyond]),
    )


def _weights(teaching: Labelled, half_life_days: float) -> NDArray[np.float64]:
    """Halve a label's weight with every half-life before the newest; share a campaign's."""
    age = (teaching.labelled_at.max() - teaching.labelled_at) / _DAY
    _, index, count = np.unique(teaching.examples.group, return_inverse=True, return_counts=True)
    shared = np.power(count[index].astype(np.float64), _CAMPAIGN_POWER - 1)
    return np.asarray(shared * np.power(0.5, age / half_life_days), dtype=np.float64)


def _story(sources: Sources, teaching: Labelled, quarantined: int) -> dict[str, Any]:
    """Return what the manifest tells of the labels: how many, until when, and who gave most."""
    names, counts = np.unique(teaching.labeller, return_counts=True)
    weights = _weights(teaching, sources.half_life_days)
    shares = {
        str(name): float(weights[teaching.labeller == name].sum() / weights.sum()) for name in names
    }
    spam = teaching.examples.is_spam
    return {
        "spam": int(spam.sum()),
        "ham": int((~spam).sum()),
        "until": sources.labels.until(),
        "quarantined": quarantined,
        "forgotten": sources.forgotten,
        "half_life_days": sources.half_life_days,
        "labellers": len(counts),
        "large_labellers": {name: share for name, share in shares.items() if share > _LARGE_SHARE},
    }


def _sealed(sources: Sources, before: Linear, after: Linear, story: dict[str, Any]) -> Bundle:
    incumbent = sources.incumbent
    reference = Reference.from_arrays(
        {k: v for k, v in incumbent.arrays.items() if k != "reference_root"}
    )
    root = root_of(incumbent, reference)
    manifest, arrays = (
        incumbent.manifest,
        {"weights": after.weights},
    )
    calibration, thresholds = manifest.calibration, recertify(root, reference, root.scores)
    if reference is not None:
        old = reference.margins(before.weights, before.intercept)
        new = reference.margins(after.weights, after.intercept)
        calibration = recalibrate(calibration, old, new, reference.is_spam)
        thresholds = recertify(root, reference, calibration.scores(new))
        arrays |= reference.to_arrays() | {"reference_root": root.scores.astype(np.float32)}
    own = sources.corpora.records if sources.corpora is not None else ()
    return seal(
        replace(
            manifest,
            created_at=_later_than(manifest.created_at),
            calibration=calibration,
            thresholds=thresholds,
            corpora=(*manifest.corpora, *own, *sources.labels.records),
            metrics={**manifest.metrics, "refit": story, "root": root.to_json()},
            parent=incumbent.version,
        ),
        arrays,
    )


def _later_than(time: str) -> str:
    """Return now, or the second after `time` where the clock says something older."""
    now = datetime.now(UTC)
    after = datetime.fromtimestamp(seconds(time), UTC) + timedelta(seconds=1)
    return max(now, after).isoformat(timespec="seconds")
