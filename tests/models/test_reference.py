"""The reference set comes back from a bundle's arrays as it went in, and damage is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.comment import Author, Comment, Post
from models.features import DIMENSION, FeatureRows, featurise
from models.reference import Reference, language_number

COMMENTS = [
    Comment(
        "Does the bread rise overnight in the fridge as well?", Author("Ruth"), Post(title="Rye")
    ),
    Comment("Cheap watches, buy now http://watches.example/sale", Author("Best Watches")),
    Comment("", Author()),
    Comment("Danke, das zweite Beispiel war es. " * 20),
]


def _reference(rows: FeatureRows | None = None) -> Reference:
    return Reference(
        rows=featurise(COMMENTS) if rows is None else rows,
        is_spam=np.array([False, True, False, False]),
        linked=np.array([False, True, False, False]),
        source=np.array([0, 0, 1, 300], np.uint16),
        language=np.array([language_number(code) for code in ("en", "en", None, "de")], np.uint16),
    )


def test_margins_survive_the_arrays() -> None:
    weights = np.random.default_rng(1).normal(size=DIMENSION).astype(np.float32)
    before = _reference()
    after = Reference.from_arrays({"weights": weights, **before.to_arrays()})
    assert after is not None
    np.testing.assert_allclose(after.margins(weights, 0.5), before.margins(weights, 0.5), atol=0.01)
    assert after.languages() == ["en", "en", "unsure", "de"]
    assert after.source.tolist() == [0, 0, 1, 300]
    assert after.is_spam.tolist() == before.is_spam.tolist()


@given(st.lists(st.lists(st.integers(0, DIMENSION - 1), max_size=30), min_size=4, max_size=4))
def test_any_rows_survive(places: list[list[int]]) -> None:
    indices = np.array([place for row in places for place in row], np.int32)
    rows = FeatureRows(
        indices,
        np.cumsum([0] + [len(row) for row in places]),
        np.array(indices % 3 / 2, np.float32),
    )
    after = Reference.from_arrays(_reference(rows).to_arrays())
    assert after is not None
    for row in range(4):
        kept = slice(after.rows.indptr[row], after.rows.indptr[row + 1])
        found = sorted(
            zip(after.rows.indices[kept].tolist(), after.rows.values[kept].tolist(), strict=True)
        )
        assert found == sorted((place, place % 3 / 2) for place in places[row])


def test_a_bundle_without_one_has_none() -> None:
    assert Reference.from_arrays({"weights": np.zeros(3)}) is None


@pytest.mark.parametrize("name", ["groups", "sizes", "values", "gaps", "spam", "source"])
def test_what_does_not_add_up_is_refused(name: str) -> None:
    arrays = _reference().to_arrays()
    shorter = {**arrays, f"reference_{name}": arrays[f"reference_{name}"][:-1]}
    missing = {key: array for key, array in arrays.items() if key != f"reference_{name}"}
    for changed in (shorter, missing):
        with pytest.raises(ValueError, match="reference set"):
            Reference.from_arrays(changed)


def test_places_beyond_the_table_are_refused() -> None:
    arrays = _reference().to_arrays()
    arrays["reference_gaps"] = np.where(
        arrays["reference_gaps"] < 0x80, 0x7F, arrays["reference_gaps"]
    ).astype(np.uint8)
    with pytest.raises(ValueError, match="beyond the table"):
        Reference.from_arrays(arrays)
