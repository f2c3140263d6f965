"""Windows: what they gain is what the scorer gains, and their penalty spares held-back ham."""

import numpy as np

from models.comment import Comment
from models.features import DIMENSION, extract
from training.fit import Linear
from training.out_of_source import OutOfSource
from training.window_gains import LEAST, LEAST_HAM, choose_windows, window_gains

_PADDING = "we walked along the river and had bread with the others before the rain came back "


def _shouting(word: str) -> Linear:
    weights = np.zeros(DIMENSION, np.float16)
    weights[extract([Comment(word)], ["words"]).singles[0]] = 5.0
    return Linear(weights, -1.0)


def _rows(count: int = 4_000, gaining: int = 1_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    chance = np.random.default_rng(0)
    is_spam = np.arange(count) % 4 == 0
    margins = chance.normal(np.where(is_spam, 2.0, -2.0), 1.0)
    gains = np.zeros(count)
    gains[chance.permutation(count)[:gaining]] = chance.gamma(2.0, 0.5, gaining)
    return margins, gains, is_spam


def test_only_a_long_comment_with_something_hidden_gains() -> None:
    hidden = _PADDING * 5 + "casino casino casino casino " + _PADDING * 5
    gains = window_gains(
        _shouting("casino"), [Comment("casino"), Comment(_PADDING * 10), Comment(hidden)]
    )
    assert len(hidden) > LEAST
    assert gains[:2].tolist() == [0, 0]
    assert gains[2] > 0.1


def test_the_penalty_is_the_least_that_spares_ham() -> None:
    margins, gains, is_spam = _rows()
    found = choose_windows(margins, gains, is_spam)
    assert found is not None
    assert 0 < found.penalty < gains.max()
    scored = OutOfSource(margins, gains, np.zeros(len(margins), np.int8), {})
    with_windows = scored.windowed(found)
    for lost in (0.001, 0.005, 0.01):
        level = np.sort(margins[~is_spam])[-1 - int(lost * (~is_spam).sum())]
        more = (with_windows[~is_spam] > level + 1e-9).sum() - (margins[~is_spam] > level).sum()
        assert 0 <= more <= (~is_spam).sum() // 2_000
    assert (with_windows >= margins).all()
    assert (with_windows[is_spam] > margins[is_spam]).any()


def test_too_little_long_ham_is_no_evidence() -> None:
    margins, gains, is_spam = _rows()
    gains[np.flatnonzero(~is_spam)[LEAST_HAM - 1 :]] = 0
    assert choose_windows(margins, gains, is_spam) is None
    assert np.array_equal(
        OutOfSource(margins, gains, np.zeros(len(margins), np.int8), {}).windowed(None), margins
    )
