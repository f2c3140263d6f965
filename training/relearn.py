"""A candidate from an owner's labels: fitted near the incumbent, certified by the reference set."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.metrics import roc_auc_score

from models.bundle import Bundle, seal
from models.calibration import Calibration
from models.reference import Reference
from models.taste import taste_arrays
from models.thresholds import NO_EVIDENCE, ThresholdTable
from training.examples import Examples
from training.fit import Linear
from training.gate import MOST_MORE_HELD, MOST_RANKING_LOST
from training.gather import Gathered
from training.labelled import Labelled, agreed, seconds, since, withheld
from training.labellers import CONFIRMED, Spoiler, spoilers
from training.matrix import feature_matrix
from training.outcome import held_share
from training.progress import Progress, silent
from training.recertify import Root, recalibrate, recertify
from training.refit import Lesson, choose_strength, refit
from training.tastes import OwnLabels, Shared, learn_tastes
from training.tempered import temper
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
    keeping: frozenset[str] = frozenset()
    """Sites whose labels feed their own taste alone."""
    start: Bundle | None = None
    """Where the weights start instead of at the incumbent, which learnt what is now forgotten."""

    @property
    def ground(self) -> Bundle:
        """The bundle whose weights and calibration the candidate moves away from."""
        return self.incumbent if self.start is None else self.start


def relearn(sources: Sources, *, progress: Progress = silent) -> Bundle:
    """Fit, calibrate and certify a candidate; raises NothingToLearn without a usable label."""
    incumbent, labels = sources.incumbent, sources.labels
    peaceful = agreed(labels)
    teaching = labels.where(peaceful & ~withheld(labels, since(incumbent))).oldest_first()
    if not len(teaching):
        if not len(labels):
            raise NothingToLearn("There are no labels yet; review or report some comments first.")
        raise NothingToLearn(
            f"Of {len(labels)} labels none is left to learn from: what is new is first withheld "
            "for the comparison, and labels that contradict each other do not count."
        )
    ground = sources.ground
    before = Linear(np.asarray(ground.weights, np.float16), ground.manifest.intercept)
    own = _own_lesson(sources, teaching, progress)
    found = spoilers(before, own, _looked_at(teaching), progress=progress)
    kept = ~np.isin(teaching.labeller, [one.who for one in found]) | teaching.confirmed
    teaching, own = teaching.where(kept), own.where(kept)
    story = _story(sources, teaching, int((~peaceful).sum()))
    story["spoilers"] = [asdict(one) for one in found]
    sites = teaching.examples.source
    keeping = np.isin(sites, sorted(sources.keeping))
    after = before
    lesson = _with_corpora(sources, own.where(~keeping), progress)
    if len(lesson.is_spam):
        strength, losses = choose_strength(before, lesson, progress=progress)
        allowed = partial(_world_allows, sources, before)
        after, share = temper(before, refit(before, lesson, strength), allowed)
        story |= {"strength": strength, "losses": losses, "share": share}
    kept_apart = {
        name: OwnLabels(own.where(sites == name), teaching.where(sites == name).examples.comments)
        for name in set(sites[keeping].tolist())
    }
    return _sealed(sources, (before, after), kept_apart, story, progress)


def spoiling(sources: Sources, *, progress: Progress = silent) -> list[Spoiler]:
    """Return who would be quarantined from a refit on these labels."""
    incumbent, labels = sources.incumbent, sources.labels
    before = Linear(np.asarray(incumbent.weights, np.float16), incumbent.manifest.intercept)
    teaching = labels.where(agreed(labels)).oldest_first()
    names = _looked_at(teaching)
    if len(set(names.tolist())) < 2:
        return []
    return spoilers(before, _own_lesson(sources, teaching, progress), names, progress=progress)


def _looked_at(teaching: Labelled) -> NDArray[np.str_]:
    """Return who gave each label; empty for confirmed ones, which are looked at no more."""
    return np.where(teaching.confirmed, CONFIRMED, teaching.labeller).astype(np.str_)


def reference_of(bundle: Bundle) -> Reference | None:
    """Return the reference set that travels with a bundle; None without one."""
    kept = {name: array for name, array in bundle.arrays.items() if name != "reference_root"}
    return Reference.from_arrays(kept)


def _world_allows(sources: Sources, before: Linear, after: Linear) -> bool:
    """Tell whether the reference set is held and ranked nearly as by the incumbent."""
    reference = reference_of(sources.incumbent)
    if reference is None:
        return True
    incumbent = sources.incumbent.manifest
    calibration, thresholds = _certified(sources, (before, after), reference)
    old = incumbent.calibration.scores(
        reference.margins(sources.incumbent.weights, incumbent.intercept)
    )
    new = calibration.scores(reference.margins(after.weights, after.intercept))
    more_held = held_share(new, thresholds) - held_share(old, incumbent.thresholds)
    lost = roc_auc_score(reference.is_spam, old) - roc_auc_score(reference.is_spam, new)
    return bool(more_held <= MOST_MORE_HELD and lost <= MOST_RANKING_LOST)


def _certified(
    sources: Sources, pair: tuple[Linear, Linear], reference: Reference
) -> tuple[Calibration, ThresholdTable]:
    """Calibrate the second of the pair as the first was, and certify it beside the root."""
    old, new = (reference.margins(one.weights, one.intercept) for one in pair)
    calibration = recalibrate(sources.ground.manifest.calibration, old, new, reference.is_spam)
    root = root_of(sources.incumbent, reference)
    return calibration, recertify(root, reference, calibration.scores(new))


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


def _own_lesson(sources: Sources, teaching: Labelled, progress: Progress) -> Lesson:
    """Return the labels' rows, oldest first."""
    examples = teaching.examples
    return Lesson(
        csr_matrix(feature_matrix(examples.comments, jobs=sources.jobs, progress=progress)),
        examples.is_spam,
        _weights(teaching, sources.half_life_days),
        examples.group,
    )


def _with_corpora(sources: Sources, own: Lesson, progress: Progress) -> Lesson:
    """Return the corpora's rows, if there are any, then the labels'."""
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


def _sealed(
    sources: Sources,
    pair: tuple[Linear, Linear],
    kept_apart: Mapping[str, OwnLabels],
    story: dict[str, Any],
    progress: Progress,
) -> Bundle:
    """Calibrate and certify the second of the pair beside the first, then learn the tastes to it."""
    before, after = pair
    incumbent = sources.incumbent
    reference = reference_of(incumbent)
    root = root_of(incumbent, reference)
    manifest, arrays = incumbent.manifest, {"weights": after.weights}
    ground = sources.ground.manifest
    calibration, thresholds = ground.calibration, ground.thresholds
    unchanged = (before.weights == after.weights).all()
    if reference is None:
        thresholds = thresholds if unchanged else NO_EVIDENCE
    elif unchanged:
        # Only tastes were learnt: what the incumbent promises, it promises still.
        arrays |= reference.to_arrays() | {"reference_root": root.scores.astype(np.float32)}
    else:
        calibration, thresholds = _certified(sources, pair, reference)
        arrays |= reference.to_arrays() | {"reference_root": root.scores.astype(np.float32)}
    shared = Shared(after, calibration, manifest.windows)
    learnt = learn_tastes(shared, kept_apart, progress=progress)
    tastes = {name: one.to_json() for name, one in learnt.items()}
    own = sources.corpora.records if sources.corpora is not None else ()
    return seal(
        replace(
            manifest,
            created_at=_later_than(manifest.created_at),
            calibration=calibration,
            thresholds=thresholds,
            corpora=(*manifest.corpora, *own, *sources.labels.records),
            metrics={
                **manifest.metrics,
                "refit": story,
                "root": root.to_json(),
                "tastes": tastes,
            },
            parent=incumbent.version,
        ),
        arrays | taste_arrays({name: one.taste for name, one in learnt.items()}),
    )


def _later_than(time: str) -> str:
    """Return now, or the second after `time` where the clock says something older."""
    now = datetime.now(UTC)
    after = datetime.fromtimestamp(seconds(time), UTC) + timedelta(seconds=1)
    return max(now, after).isoformat(timespec="seconds")
