"""No near-duplicate of a test row, and no row of its source, is ever trained on."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training import tiny_corpus
from training.augment import augment
from training.examples import Examples
from training.gather import gather
from training.spin import Template
from training.split import Fold, leave_out, source_folds
from training.weigh import Weighing, sample_weights


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    paths: list[Path] = tiny_corpus.write(tmp_path_factory.mktemp("corpora"))
    return augment(gather(paths, {}).examples, [Template("t", "{Nice|Great} {post|blog}")])


def _honest(examples: Examples, fold: Fold) -> None:
    assert not (fold.train & fold.test).any()
    assert not set(examples.group[fold.train]) & set(examples.group[fold.test])
    assert not set(examples.source[fold.train]) & set(fold.sources)
    assert examples.tests[fold.test].all()
    assert examples.fits[fold.train].all()


def test_a_source_left_out_leaves_nothing_behind(examples: Examples) -> None:
    fold = leave_out(examples, ["bread-blog"])
    _honest(examples, fold)
    assert fold.test.sum() == 32
    assert fold.train.sum() > 40  # the rest nearly repeats a comment of the bread blog


def test_a_campaign_that_reaches_the_test_source_is_not_trained_on(examples: Examples) -> None:
    group = examples.group.copy()
    bread, code = np.flatnonzero(examples.source == "bread-blog"), examples.source == "code-blog"
    group[bread[0]] = group[np.flatnonzero(code)[0]]
    tied = replace(examples, group=group)
    fold = leave_out(tied, ["bread-blog"])
    _honest(tied, fold)
    assert not fold.train[np.flatnonzero(code)[0]]


@pytest.mark.parametrize("count", [2, 3, 6, 50])
def test_folds_test_every_source_once(examples: Examples, count: int) -> None:
    folds = source_folds(examples, count)
    assert len(folds) == min(count, 6)
    for fold in folds:
        _honest(examples, fold)
    assert (
        np.sum([fold.test for fold in folds], axis=0).tolist()
        == examples.tests.astype(int).tolist()
    )


def test_weights_are_zero_outside_and_one_on_average_inside(examples: Examples) -> None:
    fold = leave_out(examples, ["film-blog"])
    weights = sample_weights(examples, fold.train, Weighing())
    assert (weights[~fold.train] == 0).all()
    assert weights[fold.train].min() > 0
    assert weights[fold.train].mean() == pytest.approx(1)


def test_a_source_that_is_no_blog_counts_less(examples: Examples) -> None:
    spam = examples.is_spam & examples.fits
    elsewhere = replace(
        examples,
        source=np.where(examples.source == "film-blog", "tubespam", examples.source.astype("<U20")),
    )
    film = spam & (examples.source == "film-blog")
    share = [sample_weights(one, one.fits, Weighing())[film].sum() for one in (examples, elsewhere)]
    assert share[1] < 0.5 * share[0]
    same = sample_weights(elsewhere, elsewhere.fits, Weighing(elsewhere=1.0))
    assert same[film].sum() == pytest.approx(share[0])


def test_a_copy_counts_less_than_its_original(examples: Examples) -> None:
    film = np.flatnonzero(examples.is_spam & (examples.source == "film-blog"))
    original, copy = film[:2].tolist()
    apart = np.arange(len(examples))
    copied = replace(
        examples,
        group=np.where(apart == copy, original, apart),
        tests=examples.tests & (apart != copy),
    )
    weights = sample_weights(copied, copied.fits, Weighing(copy=0.5))
    assert weights[copy] == pytest.approx(0.5 * weights[original])


def test_spam_holds_its_share(examples: Examples) -> None:
    weights = sample_weights(examples, examples.fits, Weighing(spam_share=0.3))
    assert weights[examples.is_spam].sum() / weights.sum() == pytest.approx(0.3)


def test_a_campaign_weighs_less_than_its_rows(examples: Examples) -> None:
    apart = replace(examples, group=np.arange(len(examples)))
    bike = (examples.source == "bike-blog") & examples.is_spam
    tied = replace(apart, group=np.where(bike, 10**6, apart.group))
    before = sample_weights(apart, apart.fits, Weighing())
    after = sample_weights(tied, tied.fits, Weighing())
    assert after[bike].sum() < 0.7 * before[bike].sum()
