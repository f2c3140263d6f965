"""Figures, checked on sets small enough to count by hand."""

import numpy as np
import pytest

from training.metrics import caught_at, measure, reliability


def test_caught_counts_spam_above_the_ham_that_may_be_lost() -> None:
    ham = np.array([0.1, 0.2, 0.3, 0.9])
    spam = np.array([0.25, 0.5, 0.95])
    assert caught_at(spam, ham, 0.0) == pytest.approx(1 / 3)
    assert caught_at(spam, ham, 0.25) == pytest.approx(2 / 3)
    assert caught_at(spam, ham, 0.5) == pytest.approx(1.0)


def test_a_tie_between_spam_and_ham_is_not_caught() -> None:
    assert caught_at(np.array([0.9]), np.array([0.9, 0.1]), 0.0) == 0.0


def test_perfect_scores() -> None:
    found = measure(np.array([0.0, 0.0, 1.0, 1.0]), np.array([False, False, True, True]))
    assert (found.spam, found.ham) == (2, 2)
    assert found.roc_auc == found.average_precision == 1.0
    assert [caught.share for caught in found.caught] == [1.0, 1.0, 1.0]
    assert found.brier == 0.0
    assert found.log_loss == pytest.approx(0.0, abs=1e-5)


def test_one_label_alone_has_no_ranking() -> None:
    found = measure(np.array([0.2, 0.4]), np.array([False, False]))
    assert found.roc_auc is None
    assert found.caught == ()
    assert found.brier == pytest.approx((0.04 + 0.16) / 2)


def test_the_interval_holds_the_share() -> None:
    generator = np.random.default_rng(1)
    scores = np.r_[generator.beta(2, 5, 400), generator.beta(5, 2, 400)]
    for caught in measure(scores, np.arange(800) >= 400).caught:
        assert caught.low <= caught.share <= caught.high


def test_reliability_bins_hold_every_row_once_and_enough_of_them() -> None:
    generator = np.random.default_rng(2)
    scores = generator.beta(0.3, 0.6, 3_000)
    bins = reliability(scores, generator.random(3_000) < scores, least=200)
    assert sum(found.rows for found in bins) == 3_000
    assert all(found.rows >= 200 for found in bins)
    assert bins[0].low == 0.0
    assert bins[-1].high == 1.0
    assert all(abs(found.mean_score - found.spam_share) < 0.1 for found in bins)


def test_too_few_rows_make_one_bin() -> None:
    bins = reliability(np.array([0.1, 0.9]), np.array([False, True]))
    assert [(found.low, found.high, found.rows) for found in bins] == [(0.0, 1.0, 2)]
