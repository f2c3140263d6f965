"""A taste moves its own site's scores exactly, and costs every other site nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.bundle import Bundle, load_bundle, save_bundle, seal
from models.comment import Comment
from models.features import DIMENSION, featurise
from models.scorer import Scorer
from models.taste import (
    SLOTS,
    MovedWeights,
    Taste,
    own_limits,
    read_tastes,
    strongest,
    taste_arrays,
)
from models.thresholds import NO_EVIDENCE, CertifiedLimit, ThresholdTable
from tests.models.comments import COMMENTS, comments, random_bundle

_BUNDLE = random_bundle()
_TABLE = np.ascontiguousarray(_BUNDLE.weights, np.float32)


def _taste(of: Comment, seed: int = 1) -> Taste:
    """Return a taste that moves half of the places of one comment, and others."""
    generator = np.random.default_rng(seed)
    places = np.union1d(featurise([of]).indices[::2], generator.integers(0, DIMENSION, 500))
    shifts = generator.normal(scale=0.5, size=len(places)).astype(np.float32)
    return strongest(places.astype(np.int64), shifts)


def _dense(taste: Taste) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    table = _TABLE.copy()
    table[taste.places] += taste.shifts.astype(np.float32)
    return table


_TASTE = _taste(COMMENTS[0])
_SCORER = Scorer(_BUNDLE, {"ours": _TASTE})


def _moved() -> Scorer:
    """Return a scorer whose whole table is as the taste moves it."""
    return Scorer(seal(_BUNDLE.manifest, {"weights": _dense(_TASTE)}))


def test_a_site_is_scored_as_if_the_table_were_its_own_and_others_as_before() -> None:
    sites = ["ours" if row % 2 else "theirs" for row in range(len(COMMENTS))]
    scores, own = _SCORER.score_at(COMMENTS, sites)
    plain, moved = Scorer(_BUNDLE).score(COMMENTS), _moved().score(COMMENTS)
    assert np.allclose(scores, plain, atol=1e-12)
    assert np.isnan(own[::2]).all()
    assert np.allclose(own[1::2], moved[1::2], atol=1e-9)
    nobody, none = _SCORER.score_at(COMMENTS, ["theirs"] * len(COMMENTS))
    assert nobody.tolist() == plain.tolist()
    assert np.isnan(none).all()


@settings(deadline=None)
@given(st.lists(comments(), max_size=3))
def test_its_evidence_is_that_of_the_moved_table(some: list[Comment]) -> None:
    judged, own = _SCORER.judge_at(some, ["ours"] * len(some))
    ours = own["ours"].explain(range(len(some))) if some else []
    dense = _moved().explain(some)
    for one, other in zip(ours, dense, strict=True):
        assert [span.start for span in one.evidence] == [span.start for span in other.evidence]
        assert np.allclose(
            [span.weight for span in one.evidence],
            [span.weight for span in other.evidence],
            atol=1e-5,
        )
    assert judged.explain(range(len(some))) == Scorer(_BUNDLE).explain(some)


def test_of_each_slot_the_largest_shift_is_kept_and_of_those_the_largest() -> None:
    places = np.array([5, 5 + SLOTS, 9, 70], np.int64)
    shifts = np.array([0.5, -0.75, 0.25, 0.0], np.float32)
    taste = strongest(places, shifts)
    assert taste.places.tolist() == [9, 5 + SLOTS]
    assert taste.shifts.tolist() == [0.25, -0.75]
    assert strongest(places, shifts, most=1).places.tolist() == [5 + SLOTS]
    looked_up = MovedWeights(_TABLE, taste).take(places) - _TABLE[places]
    assert np.allclose(looked_up, [0, -0.75, 0.25, 0], atol=1e-6)


def _with_tastes() -> Bundle:
    limit = CertifiedLimit(0.002, 0.5, 2000, 0, 0.0015)
    tastes = {"b": _TASTE, "a": _taste(COMMENTS[1], 2)}
    told = {name: {"thresholds": NO_EVIDENCE.to_json()} for name in tastes}
    told["b"]["thresholds"] = ThresholdTable((limit,), (limit,), 0.95).to_json()
    manifest = replace(_BUNDLE.manifest, metrics={"tastes": told})
    return seal(manifest, {**_BUNDLE.arrays, **taste_arrays(tastes)})


def test_a_bundle_carries_them(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    save_bundle(_with_tastes(), folder)
    loaded = load_bundle(folder)
    found = read_tastes(loaded.arrays, loaded.manifest.metrics)
    assert found["b"].places.tolist() == _TASTE.places.tolist()
    assert found["b"].shifts.tolist() == _TASTE.shifts.tolist()
    assert own_limits(found["a"], 0.002, 0.02) is None
    assert own_limits(found["b"], 0.001, 0.02) is None
    limits = own_limits(found["b"], 0.002, 0.02)
    assert limits is not None
    assert limits.reject_from == 0.5


@pytest.mark.parametrize("harm", ["missing", "short", "beyond"])
def test_what_does_not_add_up_is_refused(harm: str) -> None:
    bundle = _with_tastes()
    arrays = dict(bundle.arrays)
    if harm == "missing":
        del arrays["taste_sizes"]
    elif harm == "short":
        arrays["taste_places"] = arrays["taste_places"][1:]
    else:
        arrays["taste_places"] = arrays["taste_places"] + np.uint32(DIMENSION)
    with pytest.raises(ValueError, match="taste"):
        read_tastes(arrays, bundle.manifest.metrics)
