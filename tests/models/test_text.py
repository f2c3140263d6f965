# ruff: noqa: RUF001 - letters that look alike are what this is about
import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.text import CHANGES, align, normalise, normalise_batch

_HOSTILE = st.text(
    alphabet=st.sampled_from("&amp;#x3c<b>/a href=\u200b\u0301＆ＡａеІ\ud800\0 .@1\n𝗰")
)
_DISGUISED = st.lists(
    st.sampled_from(
        [
            *"abcdehinops 0134578@$!.-_*()[]/:&",
            "  ",
            " dot ",
            "(dot)",
            "[.]",
            ".com",
            "com",
            "hxxp://",
        ]
    )
).map("".join)
_ANY = st.one_of(st.text(), _HOSTILE, _DISGUISED, st.text(alphabet=st.characters()))


@settings(deadline=None, max_examples=300)
@given(_ANY)
@example("A$0(DOT)AA")
@example("HXXP://0(DOT)HXXP://")
def test_normalise_never_raises_and_rests(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@settings(deadline=None, max_examples=100)
@given(st.lists(_ANY, max_size=5))
def test_a_batch_gives_what_each_text_alone_gives(texts: list[str]) -> None:
    batch = normalise_batch(texts)
    assert batch.texts() == [normalise(text) for text in texts]
    for row, text in enumerate(texts):
        assert batch.changes[row].tolist() == normalise_batch([text]).changes[0].tolist()
        piece = batch.data[batch.begin[row] : batch.end[row]].tobytes()
        assert piece.decode() == batch.texts()[row]


@settings(deadline=None, max_examples=200)
@given(_ANY)
def test_alignment_leads_back_in_order(text: str) -> None:
    alignment = align(text)
    assert alignment.text == normalise(text)
    assert len(alignment.origin) == len(alignment.text) + 1
    assert alignment.origin[-1] == len(text)
    assert (np.diff(alignment.origin) >= 0).all()
    assert (alignment.origin >= 0).all()


def test_alignment_points_at_the_letter_it_came_from() -> None:
    original = "Buy &amp; <b>cheap</b>  ﬁne \u200bSHOES"
    alignment = align(original)
    place = alignment.text.index("shoes")
    assert original[alignment.origin[place]] == "S"
    assert alignment.origin[place] == original.index("SHOES")
    assert "buy & cheap fine shoes" in alignment.text


def test_what_looks_alike_is_spelt_alike() -> None:
    assert normalise("Вuу сhеар саsіnо") == "buy cheap casino"
    assert normalise("𝗰𝗵𝗲𝗮𝗽 ｃａｓｉｎｏ 🅲🅰🆂🅸🅽🅾") == "cheap casino casino"
    assert normalise("ca\u200bsi\u00adno c\u0336a\u0336sh") == "casino cash"
    assert normalise("cas<b></b>ino cas<!-- x -->ino &#99;asino") == "casino casino casino"


def test_other_scripts_stay_themselves() -> None:
    for text in ("спасибо за статью, сор и оса", "καλημέρα σε όλα", "مرحبا بكم", "ありがとう"):
        assert normalise(text) == text


def test_markup_that_every_engine_adds_leaves_nothing_behind() -> None:
    assert normalise("<p>Thanks for<br/>this</p>").strip() == "thanks for this"
    linked = '<a href="https://example.org/a" rel="nofollow">https://example.org/a</a>'
    assert normalise(linked).strip() == "https://example.org/a"
    assert "[a https://example.org/] cheap watches" in normalise(
        '<a rel="x" href="https://example.org/">Cheap watches</a>'
    )
    assert normalise("<A  HREF = 'https://example.org/'>x</a >y") == " [a https://example.org/] x y"
    assert normalise("a List<String> stays") == "a list<string> stays"


def test_masks_and_real_addresses_read_the_same() -> None:
    texts = ["<email>", "email@example.com", "jo.bloggs@mail.test.org", "<ip>", "10.1.2.3"]
    assert {normalise(f"write {text} now") for text in texts} == {"write @ now"}
    assert not normalise_batch(["\ufeffhello\ufeff"]).changes.any()


def test_changes_are_counted_per_text() -> None:
    changes = normalise_batch(["plain", "c\u200bash саsino 𝗰"]).changes
    assert not changes[0].any()
    found = dict(zip(CHANGES, changes[1].tolist(), strict=True))
    assert found["invisible"] == 1
    assert found["styled"] == 1
    assert found["lookalikes"] == 1


def test_nested_entities_come_to_rest_without_touching_their_neighbours() -> None:
    deep = "&" + "amp;" * 30 + "lt;"
    assert normalise_batch([deep, "a & b <c>"]).texts()[1] == "a & b <c>"
    assert normalise(normalise(deep)) == normalise(deep)
