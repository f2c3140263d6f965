"""Both contestants scored on the reference set and on an owner's withheld labels."""

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.language import language
from models.reference import Reference
from models.scorer import Scorer
from training.gate import Contest, Contestant
from training.labelled import Labelled, agreed, withheld
from training.outcome import default_thresholds
from training.relearn import since
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
    )


def _contestant(bundle: Bundle, reference: Reference | None, own: Labelled) -> Contestant:
    scorer, comments = Scorer(bundle), own.examples.comments
    found = [np.zeros(0)]
    if reference is not None:
        margins = reference.margins(bundle.weights, bundle.manifest.intercept)
        found.append(bundle.manifest.calibration.scores(margins))
    found += [
        scorer.score(comments[start : start + _BATCH]) for start in range(0, len(own), _BATCH)
    ]
    thresholds = default_thresholds(bundle.manifest.thresholds)
    return Contestant(bundle.version, bundle.manifest.created_at, np.concatenate(found), thresholds)


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
