"""Both contestants scored on the reference set and on an owner's withheld labels."""

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.language import language
from models.reference import Reference
from models.scorer import Scorer
from models.taste import own_limits, read_tastes
from training.contradictions import find_contradictions
from training.gate import Contest, Contestant, Scores
from training.labelled import Labelled, agreed, since, withheld
from training.outcome import DEFAULT_LIMITS, default_thresholds
from training.slices import has_link

_BATCH = 256


def contest(incumbent: Bundle, candidate: Bundle, labels: Labelled) -> Contest:
    """Score what neither has seen; the reference set is the incumbent's, not the candidate's."""
    reference = Reference.from_arrays(
        {name: array for name, array in incumbent.arrays.items() if name != "reference_root"}
    )
    after = since(incumbent)
    own = labels.where(agreed(labels) & withheld(labels, after))
    new = labels.examples.is_spam[labels.labelled_at > after]
    world = np.zeros(0, dtype=np.bool_) if reference is None else reference.is_spam
    return Contest(
        is_spam=np.concatenate([world, own.examples.is_spam]),
        own=np.concatenate([np.zeros(len(world), np.bool_), np.ones(len(own), np.bool_)]),
        slices=_slices(reference, own),
        incumbent=_contestant(incumbent, reference, own),
        candidate=_contestant(candidate, reference, own),
        new=(int(new.sum()), int((~new).sum())),
        doubts=tuple(find_contradictions(incumbent, labels, left_out=_spoilers(candidate))),
    )


def _spoilers(candidate: Bundle) -> list[str]:
    """Return whose labels taught the candidate nothing."""
    return [one["who"] for one in candidate.manifest.metrics.get("refit", {}).get("spoilers", ())]


def _contestant(bundle: Bundle, reference: Reference | None, own: Labelled) -> Contestant:
    """Score and decide the rows; an owner's by the taste of their site, as the service would."""
    world = np.zeros(0)
    if reference is not None:
        margins = reference.margins(bundle.weights, bundle.manifest.intercept)
        world = bundle.manifest.calibration.scores(margins)
    scores, tasted = _own_scores(bundle, own)
    return _decided(
        bundle,
        np.concatenate([world, scores]),
        np.concatenate([np.full(len(world), np.nan), tasted]),
        np.concatenate([np.full(len(world), "", np.str_), own.examples.source]),
    )


def _own_scores(bundle: Bundle, own: Labelled) -> tuple[Scores, Scores]:
    """Return the scores of an owner's rows, and those to the taste of their site, NaN without one."""
    scorer = Scorer(bundle, read_tastes(bundle.arrays, bundle.manifest.metrics))
    comments, sites = own.examples.comments, own.examples.source.tolist()
    parts = [
        scorer.score_at(comments[start : start + _BATCH], sites[start : start + _BATCH])
        for start in range(0, len(own), _BATCH)
    ]
    scores, tasted = zip(*parts, strict=True) if parts else ([np.zeros(0)], [np.zeros(0)])
    return np.concatenate(scores), np.concatenate(tasted)


def _decided(bundle: Bundle, scores: Scores, tasted: Scores, sites: NDArray[np.str_]) -> Contestant:
    """Decide by the limits of a site that has set nothing; a taste that is not certified warns."""
    thresholds = default_thresholds(bundle.manifest.thresholds)
    approve_below = np.full(len(scores), thresholds.approve_below)
    reject_from = np.full(len(scores), thresholds.reject_from)
    warns = ~np.isnan(tasted)
    for name, taste in read_tastes(bundle.arrays, bundle.manifest.metrics).items():
        limits = own_limits(taste, *DEFAULT_LIMITS)
        if limits is not None:
            rows = sites == name
            scores[rows], warns[rows] = tasted[rows], False
            approve_below[rows], reject_from[rows] = limits.approve_below, limits.reject_from
    rejects = (scores >= reject_from) & ~(warns & (tasted < reject_from))
    approves = (scores < approve_below) & ~(warns & (tasted >= approve_below))
    shown = np.where(warns, tasted, scores)
    return Contestant(bundle.version, bundle.manifest.created_at, shown, rejects, approves)


def _slices(reference: Reference | None, own: Labelled) -> dict[str, NDArray[np.bool_]]:
    examples = own.examples
    sites = [f"site {name}" for name in examples.source.tolist()]
    linked = has_link(examples.comments).tolist()
    languages = [language(comment.content) or "unsure" for comment in examples.comments]
    if reference is not None:
        sites = [f"corpus {number}" for number in reference.source.tolist()] + sites
        linked = reference.linked.tolist() + linked
        languages = reference.languages() + languages
    columns = {
        "": np.array(sites, dtype=np.str_),
        "link ": np.array(["with" if one else "without" for one in linked], dtype=np.str_),
        "language ": np.array(languages, dtype=np.str_),
    }
    return {
        f"{kind}{value}": column == value
        for kind, column in columns.items()
        for value in np.unique(column).tolist()
    }
