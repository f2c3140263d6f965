# ruff: noqa: RUF001 - letters that look alike are what this is about
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.comment import Author, Comment
from models.features import DIMENSION, GROUPS, featurise
from models.scorer import Scorer
from tests.models.comments import COMMENTS, comments, random_bundle

_BUNDLE = random_bundle()


def _rows(batch: list[Comment]) -> list[tuple[list[int], list[float]]]:
    rows = featurise(batch)
    return [
        (rows.indices[a:b].tolist(), rows.values[a:b].tolist())
        for a, b in zip(rows.indptr[:-1], rows.indptr[1:], strict=True)
    ]


@settings(deadline=None, max_examples=60)
@given(st.lists(comments(), min_size=1, max_size=4))
def test_a_batch_gives_what_each_comment_alone_gives(batch: list[Comment]) -> None:
    assert _rows(batch) == [_rows([comment])[0] for comment in batch]


@pytest.mark.parametrize("comment", [*COMMENTS, Comment("x" * 100_000), Comment("а" * 50_000)])
def test_every_comment_has_a_row_within_bounds(comment: Comment) -> None:
    rows = featurise([comment])
    assert rows.indices.dtype == np.int32
    assert rows.values.dtype == np.float32
    assert rows.indptr.tolist() == [0, len(rows.indices)]
    assert ((rows.indices >= 0) & (rows.indices < DIMENSION)).all()
    assert np.isfinite(rows.values).all()


def test_the_scorer_is_the_product_of_row_and_weights() -> None:
    rows = featurise(COMMENTS)
    expected = [
        float(_BUNDLE.weights[rows.indices[a:b]].astype(float) @ rows.values[a:b].astype(float))
        + _BUNDLE.manifest.intercept
        for a, b in zip(rows.indptr[:-1], rows.indptr[1:], strict=True)
    ]
    assert np.allclose(Scorer(_BUNDLE).logits(COMMENTS), expected, atol=1e-6, rtol=0)


def test_no_comments_give_no_rows() -> None:
    rows = featurise([])
    assert rows.indptr.tolist() == [0]
    assert len(rows.indices) == 0
    assert Scorer(_BUNDLE).score([]).shape == (0,)


def test_a_group_left_out_leaves_the_others_as_they_are() -> None:
    whole = sorted(_rows(list(COMMENTS))[1][0])
    parts = [featurise([COMMENTS[1]], [group]).indices for group in GROUPS]
    assert sorted(np.concatenate(parts).tolist()) == whole
    with pytest.raises(ValueError, match="Unknown feature groups"):
        featurise(COMMENTS, ["charm"])


def test_without_author_and_post_their_groups_are_empty() -> None:
    rows = featurise([Comment("thanks")], ["name", "name_traits", "author_url", "author", "fit"])
    assert len(rows.indices) == 0


def test_many_links_alike_say_what_one_says() -> None:
    one, ten = (
        featurise([Comment(f"{'see https://a.example/b ' * count}and so on")], ["links"])
        for count in (1, 10)
    )
    assert len(set(ten.indices.tolist())) == len(ten.indices)
    # What places and shares say may differ.
    assert len(set(one.indices.tolist()) - set(ten.indices.tolist())) <= 3
    assert len(set(ten.indices.tolist()) - set(one.indices.tolist())) <= 3


def test_name_address_length_and_links_are_read_together() -> None:
    text, name, url = "thanks for this", "Jane Doe", "https://jane.example/about"
    alike = [
        Comment(text, Author(name, url=url)),
        Comment(text, Author("jane doe", url=url)),
        Comment(text, Author(name, url="https://jane-doe.example/about")),
        Comment(text, Author(name, url="no address")),
        Comment(text * 20, Author(name, url=url)),
        Comment(f"{text} https://a.example", Author(name, url=url)),
    ]
    traits = {tuple(featurise([one], ["author"]).indices.tolist()) for one in alike}
    assert len(traits) == len(alike)


def test_an_anchor_is_told_by_its_kind_alone() -> None:
    anchored = Comment('<div>see <A HREF = "https://example.org/" rel="x">this</a >, I am sure')
    assert len(featurise([anchored], ["markup"]).indices) == 0
    assert len(featurise([anchored], ["links"]).indices) > 0
