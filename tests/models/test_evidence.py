# ruff: noqa: RUF001 - letters that look alike are what this is about
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from models.bundle import load_bundle, seal
from models.calibration import Calibration
from models.comment import Author, Comment, Post
from models.evidence import find_evidence, weigh_stretches
from models.features import DIMENSION, SEGMENTS, extract
from models.reading import Part
from models.scorer import Scorer
from tests.models.comments import COMMENTS, comments, random_bundle

_SHIPPED = Path(__file__).parents[2] / "models" / "shipped"
_SCORER = Scorer(random_bundle())
_TABLE = np.ascontiguousarray(_SCORER.bundle.weights, np.float32)
_TRAITS = {Part.CONTENT: "links", Part.NAME: "name_traits"}


def _check_sums(comment: Comment, beside: list[Comment]) -> None:
    features = extract([*beside, comment])
    shares = features.shares(features.weigh(_TABLE))
    stretches = weigh_stretches(features, _TABLE, shares)
    rows, row = len(beside) + 1, len(beside)
    for part in (Part.CONTENT, Part.NAME):
        if features.reading.text(part, row).strip():
            own = [
                segment.part is part and (segment.placed or segment.group == _TRAITS[part])
                for segment in SEGMENTS
            ]
            total = stretches.weight[stretches.text == part * rows + row].sum()
            assert np.isclose(total, shares[own, row].sum(), atol=1e-6)


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
    (evidence,) = find_evidence(features, table, features.shares(features.weigh(table)), [0])
    assert [(span.field, span.start, span.end) for span in evidence] == [("content", 17, 23)]


def test_spans_point_at_what_was_received() -> None:
    comment = Comment("Buy &amp; \u200bсаsіnо <b>chips</b>  写得很好写得很好写得很好")
    (explanation,) = _SCORER.explain([comment])
    found = {comment.content[span.start : span.end] for span in explanation.evidence}
    assert any("саsіnо" in piece for piece in found)
    assert any("chips" in piece for piece in found)
    assert all(len(piece) < 16 for piece in found)


def test_judging_is_scoring_and_explaining() -> None:
    judged = _SCORER.judge(COMMENTS)
    assert judged.scores.tolist() == _SCORER.score(COMMENTS).tolist()
    assert judged.explain(range(len(COMMENTS))) == _SCORER.explain(COMMENTS)


@pytest.mark.parametrize("asked", [[], [3], [3, 1], [4, 3, 1, 0]])
def test_only_what_is_asked_is_explained(asked: list[int]) -> None:
    judged = _SCORER.judge(COMMENTS)
    all_of_them = judged.explain(range(len(COMMENTS)))
    for row, shown in zip(asked, judged.explain(asked), strict=True):
        assert shown.findings == all_of_them[row].findings
        for span, same in zip(shown.evidence, all_of_them[row].evidence, strict=True):
            assert replace(span, weight=same.weight) == same
            assert np.isclose(span.weight, same.weight)


def test_weights_are_calibrated_log_odds() -> None:
    bundle = random_bundle()
    gentle = Calibration((-10.0, 10.0), (-5.0, 5.0))
    halved = Scorer(seal(replace(bundle.manifest, calibration=gentle), dict(bundle.arrays)))
    whole = {
        (span.start, span.field): span.weight for span in _SCORER.explain(COMMENTS)[0].evidence
    }
    for span in halved.explain(COMMENTS)[0].evidence:
        assert np.isclose(2 * span.weight, whole[span.start, span.field])


def test_findings_are_sentences_about_the_comment() -> None:
    comment = Comment(
        "great watches at http://watches.example.net http://a.example.net http://b.example.net",
        Author("www.watches.example.net", url="http://bit.ly/abc"),
        Post(title="On gardening in a dry summer"),
    )
    table = np.full(DIMENSION, 1.0, np.float32)
    scorer = Scorer(seal(random_bundle().manifest, {"weights": table}))
    bare = Comment("great watches", post=comment.post)
    most, fewest = (explanation.findings for explanation in scorer.explain([comment, bare]))
    assert {finding.code for finding in most} == {
        *("name_is_link", "many_links", "url_redirects", "author", "wording_spam"),
    }
    assert {finding.code for finding in fewest} == {"off_topic", "wording_spam"}
    assert all(finding.sentence.endswith(".") for finding in most + fewest)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("so true. my web-site :: cheap boots", "signs_with_site"),
        ("so true. call +1 555 010 9483", "telephone"),
    ],
)
def test_a_way_to_be_reached_is_named(text: str, code: str) -> None:
    table = np.full(DIMENSION, 1.0, np.float32)
    (explanation,) = Scorer(seal(random_bundle().manifest, {"weights": table})).explain(
        [Comment(text)]
    )
    assert {code, "wording_spam"} == {finding.code for finding in explanation.findings}


@pytest.mark.parametrize(
    ("name", "advertises"),
    [("Anna", False), ("Peter Adams", False), ("payday loans", True), ("cheap jerseys", True)],
)
def test_a_plain_name_is_no_advertisement(name: str, advertises: bool) -> None:
    shipped = Scorer(load_bundle(_SHIPPED))
    (explanation,) = shipped.explain([Comment("Nice post, thanks for sharing!", Author(name))])
    codes = {finding.code for finding in explanation.findings}
    assert ("name_advertises" in codes) is advertises


def test_markup_that_is_read_as_one_is_shown_whole() -> None:
    text = 'Visit our <a href="http://slots.example/a">casino</a> now'
    (explanation,) = Scorer(random_bundle()).explain([Comment(text)])
    spans = {(one.start, one.end) for one in explanation.evidence if one.field == "content"}
    start = text.index("<a")
    inside = {span for span in spans if start <= span[0] < text.index(" now")}
    assert inside == {(start, text.index(" now"))}
    assert len(spans) == sum(one.field == "content" for one in explanation.evidence)
