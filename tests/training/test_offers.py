"""What a link and an address weigh on blogs that no model has seen."""

import numpy as np
import pytest

from models.bundle import seal
from models.calibration import IDENTITY
from models.comment import Author, Comment
from models.features import DIMENSION, featurise
from models.hashing import bucket
from models.manifest import Manifest
from models.offer import OFFERS
from models.scorer import Scorer
from models.thresholds import NO_EVIDENCE
from tests.models.comments import COMMENTS
from training.fit import Linear
from training.offers import HALF, LEAST_ROWS, offer_shifts, offers_of

EACH_KIND = [
    Comment("I baked it twice."),
    Comment("I baked it twice, see https://loaf.example/rye"),
    Comment("I baked it twice.", Author(url="https://loaf.example")),
    Comment("Twice: [url=http://loaf.example]rye[/url]", Author(url="https://loaf.example")),
]


def test_each_comment_has_the_trait_of_what_it_offers() -> None:
    comments = [*EACH_KIND, *COMMENTS]
    offers = offers_of(comments)
    assert offers[:4].tolist() == [0, 1, 2, 3]
    places = bucket(np.array(OFFERS, np.uint32))
    for comment, offer in zip(comments, offers.tolist(), strict=True):
        row = featurise([comment])
        strong = row.indices[row.values >= 0.3]
        assert places[offer] in strong, comment
        assert np.isin(places, strong).sum() == 1, comment


def test_a_shifted_model_scores_each_kind_by_its_shift() -> None:
    shifts = np.array([0.0, -1.5, 0.75, 2.0])
    model = Linear(np.zeros(DIMENSION, np.float16), 0.25).with_offers(shifts)
    manifest = Manifest("", model.intercept, IDENTITY, NO_EVIDENCE, None)
    scorer = Scorer(seal(manifest, {"weights": model.weights}))
    assert scorer.logits(EACH_KIND) == pytest.approx(0.25 + shifts, abs=0.01)


def test_shifts_undo_what_margins_make_too_much_of() -> None:
    chance = np.random.default_rng(5)
    offers = np.repeat(np.arange(4, dtype=np.int8), 2_000)
    is_spam = chance.random(len(offers)) < 0.4
    wrong = np.array([0.0, 2.0, -1.0, 0.5])
    margins = np.where(is_spam, 1.5, -1.5) + chance.normal(0, 1, len(offers))
    found = offer_shifts(margins + wrong[offers], offers, is_spam)
    assert found == pytest.approx(-HALF * wrong, abs=0.1)


def test_a_kind_that_hardly_comes_leaves_all_as_they_are() -> None:
    offers = np.repeat(np.arange(4, dtype=np.int8), 100)
    is_spam = np.arange(len(offers)) % 2 == 0
    is_spam[(offers == 3)] = False
    is_spam[-LEAST_ROWS + 1 :] = True
    margins = np.where(is_spam, 1.0, -1.0)
    found = offer_shifts(margins, offers, is_spam)
    assert found.tolist() == [0, 0, 0, 0]
