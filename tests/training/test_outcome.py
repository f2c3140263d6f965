"""Decisions from scores alone, and the defaults when evidence is thin."""

import math

import numpy as np

from models.thresholds import CertifiedLimit, ThresholdTable
from training.outcome import Outcome, default_thresholds, three_way


def _table(ham_limit: float, spam_limit: float) -> ThresholdTable:
    return ThresholdTable(
        (CertifiedLimit(ham_limit, 0.9, 2_000, 0, ham_limit),),
        (CertifiedLimit(spam_limit, 0.2, 2_000, 0, spam_limit),),
        0.95,
    )


def test_each_comment_gets_one_decision() -> None:
    scores = np.array([0.1, 0.5, 0.9, 0.1, 0.5, 0.9])
    is_spam = np.array([True, True, True, False, False, False])
    found = three_way(scores, is_spam, np.full(6, 0.2), np.full(6, 0.9))
    assert found.spam == found.ham == Outcome(approved=1, held=1, rejected=1)
    assert found.held_share == 1 / 3


def test_thresholds_may_differ_from_row_to_row() -> None:
    found = three_way(
        np.array([0.5, 0.5]), np.array([True, False]), np.array([0.2, 0.6]), np.array([0.4, 0.9])
    )
    assert found.spam == Outcome(0, 0, 1)
    assert found.ham == Outcome(1, 0, 0)


def test_certified_limits_are_taken() -> None:
    found = default_thresholds(_table(0.002, 0.02))
    assert (found.approve_below, found.reject_from) == (0.2, 0.9)


def test_looser_limits_than_the_defaults_are_not_taken() -> None:
    found = default_thresholds(_table(0.01, 0.1))
    assert found.approve_below == 0.0
    assert found.reject_from == math.inf
