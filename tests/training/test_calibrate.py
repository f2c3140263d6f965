"""Calibration: strictly rising, and true on data whose truth is known."""

import numpy as np
import pytest

from training.calibrate import SPAM_SHARE, fit_calibration


def _margins(rows: int, slope: float) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(3)
    margins = generator.normal(0, 3, rows)
    return margins, generator.random(rows) < 1 / (1 + np.exp(-slope * margins))


@pytest.mark.parametrize("slope", [0.3, 1.0, 2.5])
def test_scores_come_close_to_the_true_probability(slope: float) -> None:
    margins, is_spam = _margins(40_000, slope)
    calibration = fit_calibration(margins, is_spam)
    grid = np.linspace(-4, 4, 33)
    moved = np.log(SPAM_SHARE / (1 - SPAM_SHARE))
    truth = 1 / (1 + np.exp(-slope * grid - moved))
    assert np.abs(calibration.scores(grid) - truth).max() < 0.04


def test_the_share_of_spam_among_the_rows_does_not_matter() -> None:
    margins, is_spam = _margins(40_000, 1.0)
    fewer = ~is_spam | (np.arange(len(margins)) % 5 == 0)
    grid = np.linspace(-3, 3, 25)
    scores = fit_calibration(margins, is_spam).scores(grid)
    assert (
        np.abs(fit_calibration(margins[fewer], is_spam[fewer]).scores(grid) - scores).max() < 0.05
    )


@pytest.mark.parametrize("rows", [20, 149, 5_000])
def test_order_is_kept(rows: int) -> None:
    margins, is_spam = _margins(rows, 1.0)
    calibration = fit_calibration(margins, is_spam)
    grid = np.linspace(-60, 60, 500)
    assert np.all(np.diff(calibration.logits(grid)) > 0)


def test_few_rows_get_a_straight_line() -> None:
    calibration = fit_calibration(*_margins(60, 1.0))
    assert len(calibration.raw) == 2


def test_a_separable_set_stays_finite() -> None:
    margins = np.linspace(-5, 5, 4_000)
    calibration = fit_calibration(margins, margins > 0)
    assert np.isfinite(calibration.scores(np.array([-1e6, 1e6]))).all()
