"""The gate lets a better candidate pass, and refuses each bad one for its own reason."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from models.bundle import Bundle, save_bundle, seal
from models.comment import Comment, Label
from models.manifest import Manifest, canonical
from models.scorer import Scorer
from tests.loop_bundle import loop_bundle
from tests.loop_comments import campaign, ham, spam
from tests.training.labels import Said, labelled, new_campaign
from training.cli import app
from training.contest import contest
from training.gate import Check, holm, judge, worse
from training.labelled import Labelled
from training.relearn import NothingToLearn, Sources, relearn

INCUMBENT = loop_bundle()


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Labelled:
    return labelled(tmp_path_factory.mktemp("labels"), new_campaign())


@pytest.fixture(scope="module")
def candidate(labels: Labelled) -> Bundle:
    return relearn(Sources(INCUMBENT, labels))


def _checks(candidate: Bundle, labels: Labelled) -> dict[str, Check]:
    return {check.name: check for check in judge(contest(INCUMBENT, candidate, labels))}


def _refusals(candidate: Bundle, labels: Labelled) -> set[str]:
    return {name for name, check in _checks(candidate, labels).items() if not check.passed}


def _changed(candidate: Bundle, arrays: Mapping[str, Any] | None = None, **changes: Any) -> Bundle:
    manifest: Manifest = replace(candidate.manifest, **changes)
    return seal(manifest, {**candidate.arrays, **(arrays or {})})


def _constant(candidate: Bundle, logit: float) -> Bundle:
    return _changed(candidate, {"weights": np.zeros_like(candidate.weights)}, intercept=logit)


def test_an_honest_better_one_passes(candidate: Bundle, labels: Labelled) -> None:
    assert _refusals(candidate, labels) == set()
    before, after = (
        Scorer(bundle).score([Comment(text) for text in campaign(20, 77)])
        for bundle in (INCUMBENT, candidate)
    )
    assert before.max() < 0.3
    assert after.min() > 0.9
    assert candidate.manifest.parent == INCUMBENT.version


def test_its_promises_count_the_roots_errors_and_its_own(candidate: Bundle) -> None:
    before = INCUMBENT.manifest.thresholds.at(0.002, 0.02)
    after = candidate.manifest.thresholds.at(0.002, 0.02)
    assert after.reject_from >= before.reject_from
    assert after.approve_below <= before.approve_below
    for found in candidate.manifest.thresholds.max_ham_rejected:
        assert found.threshold is None or found.bound <= found.limit


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (
            lambda c: _changed(c, {"weights": np.zeros_like(c.weights)}, intercept=9.0),
            "ham rejected, reference",
        ),
        (
            lambda c: _changed(c, {"weights": np.zeros_like(c.weights)}, intercept=-9.0),
            "spam approved, reference",
        ),
        (
            lambda c: _changed(c, {"weights": -c.weights}, intercept=-c.manifest.intercept),
            "ranking",
        ),
        (lambda c: _changed(c, created_at="2025-01-01T00:00:00+00:00"), "newer"),
        (
            lambda c: _changed(
                c,
                calibration=replace(
                    c.manifest.calibration,
                    calibrated=tuple(value / 8 for value in c.manifest.calibration.calibrated),
                ),
            ),
            "calibration",
        ),
    ],
    ids=["all spam", "all ham", "flipped", "older", "badly calibrated"],
)
def test_a_bad_one_is_refused_for_its_reason(
    candidate: Bundle, labels: Labelled, spoil: Callable[[Bundle], Bundle], refusal: str
) -> None:
    assert refusal in _refusals(spoil(candidate), labels)


def test_the_incumbent_itself_is_not_better(labels: Labelled) -> None:
    assert {"better", "newer"} <= _refusals(INCUMBENT, labels)


def test_few_labels_are_not_enough_and_it_says_what_is_missing(tmp_path: Path) -> None:
    few = labelled(tmp_path, new_campaign(60))
    check = _checks(relearn(Sources(INCUMBENT, few)), few)["new labels"]
    assert not check.passed
    assert check.reason.endswith("40 spam and 40 ham more are needed")


def test_fifty_labels_help_and_wreck_nothing(tmp_path: Path) -> None:
    few = labelled(tmp_path, new_campaign(25))
    after = Scorer(relearn(Sources(INCUMBENT, few)))
    before = Scorer(INCUMBENT)
    unseen = [Comment(text) for text in campaign(40, 78)]
    assert after.score(unseen).mean() > before.score(unseen).mean() + 0.4
    for texts in (ham(200, 79), spam(200, 80)):
        comments = [Comment(text) for text in texts]
        assert np.abs(after.score(comments) - before.score(comments)).max() < 0.1


def test_one_label_alone_is_not_enough_to_learn_from(tmp_path: Path) -> None:
    text = campaign(1, 5)[0]
    both = labelled(tmp_path, [(text, Label.SPAM), (text, Label.HAM)])
    with pytest.raises(NothingToLearn, match="none is left"):
        relearn(Sources(INCUMBENT, both))


def _turned(said: Sequence[Said], wrong: Sequence[bool]) -> list[Said]:
    other = {Label.SPAM: Label.HAM, Label.HAM: Label.SPAM}
    return [
        (text, other[label] if turned else label)
        for (text, label), turned in zip(said, wrong, strict=True)
    ]


def _one_in_twenty(seed: int) -> list[Said]:
    said = new_campaign()
    wrong = np.isin(np.arange(240), np.random.default_rng(seed).permutation(240)[:12])
    return _turned(said, wrong.tolist())


def _rejected_kind_called_ham(seed: int) -> list[Said]:
    """Twelve of 240: what a spammer with a reviewer's account would do."""
    return [*new_campaign(114), *((text, Label.HAM) for text in spam(12, 90 + seed))]


def _approved_kind_called_spam(seed: int) -> list[Said]:
    """Twelve of 240 of different people, by the word that they share."""
    said = new_campaign()
    place = ("garden", "kitchen", "workshop")[seed]
    shared = [label is Label.HAM and place in text for text, label in said]
    return _turned(said, [one and sum(shared[:row]) < 12 for row, one in enumerate(shared)])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "poison", [_one_in_twenty, _rejected_kind_called_ham, _approved_kind_called_spam]
)
def test_one_label_in_twenty_turned_is_refused_with_names_and_rows(
    tmp_path: Path, poison: Callable[[int], list[Said]], seed: int
) -> None:
    poisoned = labelled(tmp_path, poison(seed))
    made = relearn(Sources(INCUMBENT, poisoned))
    check = _checks(made, poisoned)["labels"]
    assert not check.passed
    assert "by key 1" in check.reason
    confirmed = replace(poisoned, confirmed=np.ones(len(poisoned), np.bool_))
    assert _checks(made, confirmed)["labels"].passed


def _gate(folder: Path, candidate: Path, *options: str) -> tuple[int, dict[str, Any]]:
    words = ["gate", "--incumbent", str(folder / "incumbent"), "--candidate", str(candidate)]
    words += ["--labels", str(folder / "labels.jsonl"), "--json", *options]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    found: dict[str, Any] = json.loads(done.stdout)
    return done.exit_code, found


@pytest.fixture
def folder(tmp_path: Path, candidate: Bundle) -> Path:
    labelled(tmp_path, new_campaign())
    save_bundle(INCUMBENT, tmp_path / "incumbent")
    save_bundle(candidate, tmp_path / "candidate")
    return tmp_path


def test_the_command_ends_with_one_and_leaves_a_report_that_says_why(folder: Path) -> None:
    report = folder / "report.html"
    status, found = _gate(folder, folder / "candidate", "--report", str(report))
    assert (status, found["passed"]) == (0, True)
    assert report.read_text().count("<svg") == 3
    status, found = _gate(
        folder, folder / "candidate", "--report", str(report), "--least-labels", "5000"
    )
    assert (status, found["passed"]) == (1, False)
    assert "Refused" in report.read_text()
    assert "4,880 spam" in report.read_text()


def test_what_cannot_be_loaded_is_refused(folder: Path, candidate: Bundle) -> None:
    other = folder / "other-schema"
    save_bundle(candidate, other)
    value = json.loads((other / "manifest.json").read_text())
    (other / "manifest.json").write_bytes(canonical({**value, "feature_schema": 99}))
    damaged = folder / "damaged"
    save_bundle(candidate, damaged)
    weights = bytearray((damaged / "weights.npy").read_bytes())
    weights[-2:] = np.float16(np.nan).tobytes()
    (damaged / "weights.npy").write_bytes(weights)
    for place, reason in ((other, "feature schema 99"), (damaged, "weights.npy")):
        status, found = _gate(folder, place)
        assert (status, [one["name"] for one in found["checks"]]) == (1, ["usable"])
        assert reason in found["checks"][0]["reason"]
    with pytest.raises(ValueError, match="not finite"):
        _changed(candidate, {"weights": np.full_like(candidate.weights, np.nan)})


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_never_refuses_what_a_plain_test_would_pass(chances: list[float]) -> None:
    fallen = holm(chances)
    assert all(chance <= 0.05 for chance, refused in zip(chances, fallen, strict=True) if refused)
    if chances and min(chances) <= 0.05 / len(chances):
        assert any(fallen)


def test_worse_counts_pairs_and_not_shares() -> None:
    none = np.zeros(1000, dtype=np.bool_)
    some = none.copy()
    some[:10] = True
    assert worse(some, some) == 1.0
    assert worse(some, none) == 1.0
    assert worse(none, some) < 0.05
