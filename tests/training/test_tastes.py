"""A site's labels teach its own taste, and that alone, unless the site shares them."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models.bundle import Bundle
from models.comment import Comment, Label
from models.scorer import Scorer
from models.taste import own_limits, read_tastes
from models.windows import WindowRule
from tests.loop_bundle import loop_bundle
from tests.loop_comments import campaign, ham
from tests.training.labels import labelled, new_campaign
from training.contest import contest
from training.fit import Linear
from training.matrix import feature_matrix
from training.refit import Lesson
from training.relearn import Sources, relearn
from training.tastes import OwnLabels, Shared, learn_tastes

INCUMBENT = loop_bundle()
SITE = "my-blog"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    labels = labelled(tmp_path_factory.mktemp("labels"), new_campaign())
    return relearn(Sources(INCUMBENT, labels, keeping=frozenset({SITE})))


def test_the_weights_of_all_stay_and_the_sites_own_scores_move(kept: Bundle) -> None:
    assert (kept.weights == INCUMBENT.weights.astype(np.float16)).all()
    assert kept.manifest.thresholds == INCUMBENT.manifest.thresholds
    assert kept.manifest.calibration == INCUMBENT.manifest.calibration
    tastes = read_tastes(kept.arrays, kept.manifest.metrics)
    scorer = Scorer(kept, tastes)
    unseen = [Comment(text) for text in campaign(30, 77)]
    genuine = [Comment(text) for text in ham(30, 79)]
    scores, own = scorer.score_at([*unseen, *genuine], [SITE] * 60)
    assert scores[:30].max() < 0.3
    assert own[:30].min() > 0.7
    assert np.abs(own[30:] - scores[30:]).max() < 0.1
    assert own_limits(tastes[SITE], 0.002, 0.02) is None


def test_a_site_that_shares_has_no_taste_and_moves_the_weights(tmp_path: Path) -> None:
    shared = relearn(Sources(INCUMBENT, labelled(tmp_path, new_campaign())))
    assert shared.manifest.metrics["tastes"] == {}
    assert (shared.weights != INCUMBENT.weights.astype(np.float16)).any()


def test_labels_of_one_kind_alone_make_no_taste(tmp_path: Path) -> None:
    said = [(text, Label.SPAM) for text in campaign(60, 5)]
    made = relearn(Sources(INCUMBENT, labelled(tmp_path, said), keeping=frozenset({SITE})))
    assert made.manifest.metrics["tastes"] == {}


def test_enough_own_labels_certify_own_scores(tmp_path: Path) -> None:
    words = np.random.default_rng(3).integers(0, 10**12, size=(3400, 6))
    said = [
        (f"{text} {' '.join(format(word, 'x') for word in words[row])}", label)
        for row, (text, label) in enumerate(new_campaign(1700))
    ]
    made = relearn(Sources(INCUMBENT, labelled(tmp_path, said), keeping=frozenset({SITE})))
    taste = read_tastes(made.arrays, made.manifest.metrics)[SITE]
    assert own_limits(taste, 0.005, 0.02) is not None
    assert own_limits(taste, 0.0005, 0.02) is None


def test_the_gate_judges_a_site_by_its_taste(tmp_path: Path, kept: Bundle) -> None:
    labels = labelled(tmp_path, new_campaign())
    held = contest(INCUMBENT, kept, labels)
    own_spam = held.own & held.is_spam
    assert held.incumbent.approves[own_spam].all()
    assert not held.candidate.approves[own_spam].any()
    assert not held.candidate.rejects[own_spam].any()
    assert held.candidate.scores[own_spam].mean() > held.incumbent.scores[own_spam].mean() + 0.4


def test_a_taste_is_certified_on_scores_of_windows_as_they_are_given(tmp_path: Path) -> None:
    """Long ham with one doubtful sentence is lost by its window, and the promise has to know."""
    doubtful = campaign(1, 31)[0]
    words = np.random.default_rng(4).integers(0, 10**12, size=(200, 6))
    own = [" ".join(format(word, "x") for word in row) for row in words]
    genuine = [
        f"{' '.join(ham(6, 500 + row))} {doubtful if row % 4 == 0 else ''} {own[row]}"
        for row in range(100)
    ]
    said = [*((text, Label.HAM) for text in genuine)]
    said += [(f"{text} {own[100 + row]}", Label.SPAM) for row, text in enumerate(campaign(100, 32))]
    labels = labelled(tmp_path, said)
    lesson = Lesson(
        csr_matrix(feature_matrix(labels.examples.comments)),
        labels.examples.is_spam,
        np.ones(len(labels)),
        labels.examples.group,
    )
    weights = Linear(np.asarray(INCUMBENT.weights, np.float16), INCUMBENT.manifest.intercept)
    rejecting = [
        learn_tastes(
            Shared(weights, INCUMBENT.manifest.calibration, windows),
            {SITE: OwnLabels(lesson, labels.examples.comments)},
        )[SITE].taste.thresholds.max_ham_rejected
        for windows in (None, WindowRule(least=200, length=160, stride=40, penalty=0.0))
    ]
    without, with_windows = ({one.limit: one.threshold for one in table} for table in rejecting)
    assert without[0.05] is not None
    assert (with_windows.get(0.05) or 1.0) > without[0.05]
