"""Thresholds are promises: checked against bounds computed by hand."""

import math

import numpy as np
import pytest

from training.certify import (
    certify_approve,
    certify_reject,
    clopper_pearson_upper,
    rows_needed,
)


@pytest.mark.parametrize("total", [1, 10, 1497, 100_000])
def test_without_errors_the_bound_is_the_rule_of_three_made_exact(total: int) -> None:
    # (1 - p) ** n = 0.05, solved for p
    assert clopper_pearson_upper(0, total) == pytest.approx(1 - 0.05 ** (1 / total), rel=1e-9)


def test_one_error_in_two_solves_the_binomial_tail() -> None:
    # P(X <= 1) = 1 - p**2 = 0.05
    assert clopper_pearson_upper(1, 2) == pytest.approx(math.sqrt(0.95), rel=1e-9)


def test_published_value() -> None:
    # Clopper and Pearson's tables: 10 of 100, upper bound of the two-sided 90 % interval
    assert clopper_pearson_upper(10, 100) == pytest.approx(0.1637, abs=2e-4)


def test_all_wrong_or_no_rows_bound_nothing() -> None:
    assert clopper_pearson_upper(3, 3) == 1.0
    assert clopper_pearson_upper(0, 0) == 1.0


def test_rows_needed_is_where_a_limit_first_holds() -> None:
    needed = rows_needed(0.002)
    assert clopper_pearson_upper(0, needed) <= 0.002 < clopper_pearson_upper(0, needed - 1)


def _ham(rows: int, sources: int) -> tuple[np.ndarray, np.ndarray]:
    scores = np.random.default_rng(7).beta(1, 20, rows)
    return scores, np.arange(rows) % sources


def test_reject_keeps_its_limit_and_is_the_lowest_that_does() -> None:
    scores, sources = _ham(20_000, 20)
    found = certify_reject(scores, sources, 0.01)
    assert found.threshold is not None
    assert int((scores >= found.threshold).sum()) == found.wrong
    assert found.bound <= 0.01
    one_more = np.sort(scores)[::-1][found.wrong]
    assert one_more < found.threshold
    assert clopper_pearson_upper(found.wrong + 60, len(scores)) > 0.01


def test_too_few_rows_certify_nothing() -> None:
    scores, sources = _ham(rows_needed(0.002) - 1, 20)
    found = certify_reject(scores, sources, 0.002)
    assert found.threshold is None
    assert found.clopper_pearson > 0.002


def test_too_few_sources_certify_nothing() -> None:
    scores, _ = _ham(20_000, 1)
    found = certify_reject(scores, np.arange(20_000) % 4, 0.01)
    assert found.threshold is None


def test_one_bad_source_costs_more_than_the_same_errors_spread_out() -> None:
    scores = np.zeros(10_000)
    scores[:50] = 1.0
    spread = certify_reject(scores, np.arange(10_000) % 20, 0.01)
    lumped = certify_reject(scores, np.arange(10_000) // 500, 0.01)
    assert spread.wrong == 50
    assert lumped.wrong < 50
    assert lumped.threshold is None  # no score lies above that of the 50 lost


def test_approve_mirrors_reject() -> None:
    scores, sources = _ham(20_000, 20)
    reject = certify_reject(scores, sources, 0.02)
    approve = certify_approve(1 - scores, sources, 0.02)
    assert approve.wrong == reject.wrong
    assert approve.threshold is not None
    assert int((1 - scores < approve.threshold).sum()) == approve.wrong


def test_equal_scores_are_decided_alike() -> None:
    scores = np.round(_ham(20_000, 20)[0], 2)
    found = certify_reject(scores, np.arange(20_000) % 20, 0.01)
    assert found.threshold is not None
    assert int((scores >= found.threshold).sum()) == found.wrong
