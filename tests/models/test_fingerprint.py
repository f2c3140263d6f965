from hypothesis import given
from hypothesis import strategies as st

from models.fingerprint import ALIKE, SHORTEST, fingerprints, likeness

LONG = "The bridge over the river was closed in June, so we walked around the lake instead."
SPUN = "The bridge over the river was shut in June, so we walked around the lake instead."
OTHER = "Cheap watches and pills online, order now and get free shipping to every country."

texts = st.text(max_size=200)


@given(st.lists(texts, max_size=8))
def test_a_batch_gives_what_each_text_gives_alone(batch: list[str]) -> None:
    assert fingerprints(batch) == [fingerprints([text])[0] for text in batch]


@given(texts)
def test_case_and_white_space_do_not_matter(text: str) -> None:
    changed = "\n " + "  ".join(text.split()) + "\t"
    one, other = fingerprints([" ".join(text.split()), changed])
    assert one == other


def test_spun_texts_are_alike_and_others_are_not() -> None:
    first, spun, other = fingerprints([LONG, SPUN, OTHER])
    assert likeness(first.sketch, spun.sketch) >= ALIKE
    assert set(first.bands) & set(spun.bands)
    assert likeness(first.sketch, other.sketch) < ALIKE
    assert not set(first.bands) & set(other.bands)


def test_short_texts_are_only_compared_exactly() -> None:
    first, same, near = fingerprints(["Great post!", "great  POST!", "Great posts!"])
    assert first.key == same.key != near.key
    assert first.bands == ()
    assert likeness(first.sketch, near.sketch) == 0.0
    assert len("Great posts!") < SHORTEST


def test_texts_of_different_scopes_never_meet() -> None:
    (here,), (there,) = fingerprints([LONG], "here"), fingerprints([LONG], "there")
    assert here.key != there.key
    assert not set(here.bands) & set(there.bands)


def test_keys_fit_a_signed_64_bit_column() -> None:
    for one in fingerprints([LONG, SPUN, OTHER, "", "\ud800"]):
        assert all(-(2**63) <= value < 2**63 for value in (one.key, *one.bands))
