import numpy as np
import pytest
from hypothesis import given, settings

from models.comment import Author, Comment, Post
from models.evidence import byte_weights, character_weights
from models.features import SEGMENTS, extract
from models.reading import Part
from models.scorer import Scorer
from tests.models.comments import COMMENTS, comments, random_bundle

_SCORER = Scorer(random_bundle())
_TABLE = np.ascontiguousarray(_SCORER.bundle.weights, np.float32)
_TRAITS = {Part.CONTENT: "links", Part.NAME: "name_traits"}


def _check_sums(comment: Comment, beside: list[Comment]) -> None:
    features = extract([*beside, comment])
    row = len(beside)
    shares = features.shares(features.weigh(_TABLE))[:, row]
    weights = byte_weights(features, _TABLE)
    for part, text in ((Part.CONTENT, comment.content), (Part.NAME, comment.author.name or "")):
        if not features.reading.text(part, row):
            continue
        placed = [segment.part is part and segment.placed for segment in SEGMENTS]
        traits = [segment.group == _TRAITS[part] for segment in SEGMENTS]
        share = float(shares[traits].sum())
        characters = character_weights(features, weights, part, row, share)
        assert len(characters) == len(text)
        assert np.isclose(characters.sum(), shares[placed].sum() + share, atol=1e-6)


@pytest.mark.parametrize("comment", COMMENTS)
def test_weights_of_characters_sum_to_the_logit(comment: Comment) -> None:
    _check_sums(comment, list(COMMENTS))


@settings(deadline=None, max_examples=60)
@given(comments())
def test_weights_of_any_characters_sum_to_the_logit(comment: Comment) -> None:
    _check_sums(comment, [COMMENTS[0]])


def test_spans_lie_in_the_text_strongest_first() -> None:
    for comment, explanation in zip(COMMENTS, _SCORER.explain(COMMENTS), strict=True):
        spans = explanation.evidence
        assert [abs(span.weight) for span in spans] == sorted(
            (abs(span.weight) for span in spans), reverse=True
        )
        for span in spans:
            text = comment.content if span.field == "content" else comment.author.name or ""
            assert 0 <= span.start < span.end <= len(text)
        assert len(explanation.findings) <= 5
        assert len({finding.code for finding in explanation.findings}) == len(explanation.findings)


def test_a_heavy_word_is_what_lights_up() -> None:
    comment = Comment("please visit our casino soon", Author("Jo"), Post(title="On gardening"))
    features = extract([comment], ["words"])
    table = np.zeros_like(_TABLE)
    table[features.singles[3]] = 5.0
    characters = character_weights(features, byte_weights(features, table), Part.CONTENT, 0, 0.0)
    assert set(np.flatnonzero(characters > 0.01)) == set(range(17, 23))
