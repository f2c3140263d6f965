from dataclasses import replace

import numpy as np
import pytest

from models.bundle import seal
from models.comment import Author, Comment
from models.features import DIMENSION, extract
from models.scorer import Scorer
from models.windows import WindowRule, cut_windows
from tests.models.comments import COMMENTS, random_bundle

_RULE = WindowRule(least=120, length=100, stride=40, penalty=0.0)
_PADDING = "we walked along the river and had bread with the others before the rain came back "


def test_windows_cover_a_text_and_stay_within_it() -> None:
    begin, end = np.array([10, 500, 900]), np.array([110, 777, 1021])
    windows = cut_windows(_RULE, begin, end)
    assert sorted(set(windows.rows.tolist())) == [1, 2]
    for row in (1, 2):
        mine = windows.rows == row
        assert windows.begin[mine][0] == begin[row]
        assert windows.end[mine][-1] == end[row]
        assert (np.diff(windows.begin[mine]) <= _RULE.stride).all()
        assert (windows.end[mine] - windows.begin[mine] == _RULE.length).all()


def test_a_window_scores_as_the_whole_does_when_it_is_the_whole() -> None:
    bundle = random_bundle()
    text = _PADDING * 3
    rule = WindowRule(least=len(text) - 1, length=len(text) - 1, stride=1, penalty=0.0)
    plain = Scorer(bundle).logits([Comment(text)])
    windowed = Scorer(random_bundle(windows=rule)).logits([Comment(text)])
    assert windowed[0] >= plain[0]
    assert np.isclose(windowed[0], plain[0], atol=0.5)


def test_windows_never_lower_a_score_and_a_high_penalty_makes_them_silent() -> None:
    long = [replace(comment, content=comment.content + " " + _PADDING * 4) for comment in COMMENTS]
    plain = Scorer(random_bundle()).logits(long)
    assert (Scorer(random_bundle(windows=_RULE)).logits(long) >= plain).all()
    silent = replace(_RULE, penalty=1e6)
    assert Scorer(random_bundle(windows=silent)).logits(long).tolist() == plain.tolist()


def test_a_batch_gives_windows_what_each_comment_alone_gets() -> None:
    scorer = Scorer(random_bundle(windows=_RULE))
    batch = [Comment(_PADDING * n, Author("Jo")) for n in range(6)]
    alone = [scorer.logits([comment])[0] for comment in batch]
    assert np.allclose(scorer.logits(batch), alone, atol=1e-9)


def test_padding_does_not_hide_what_a_window_shows() -> None:
    features = extract([Comment("casino")], ["words"])
    weights = np.zeros(DIMENSION, np.float32)
    weights[features.singles[0]] = 5.0
    manifest = random_bundle(windows=_RULE).manifest
    with_windows = Scorer(seal(manifest, {"weights": weights}))
    without = Scorer(seal(replace(manifest, windows=None), {"weights": weights}))
    bare = [Comment("casino bonus casino loans casino now for all of you casino players")]
    padded = [Comment(_PADDING * 6 + bare[0].content + " " + _PADDING * 6)]
    shown = without.logits(bare)[0]
    assert without.logits(padded)[0] < shown / 2
    assert with_windows.logits(padded)[0] > shown * 0.7


@pytest.mark.parametrize(
    "numbers", [(100, 50, 60, 0.0), (100, 50, 0, 0.0), (40, 50, 10, 0.0), (100, 50, 10, -1.0)]
)
def test_rules_that_make_no_sense_are_refused(numbers: tuple[int, int, int, float]) -> None:
    with pytest.raises(ValueError, match="Windows must"):
        WindowRule(*numbers)
