from hypothesis import given
from hypothesis import strategies as st

from models.evidence import Evidence
from service.ui.shown_text import Piece, shown


def _span(start: int, end: int, weight: float) -> Evidence:
    return Evidence("content", start, end, weight)


def test_evidence_is_highlighted_by_side_and_strength() -> None:
    pieces = shown("buy pills now", [_span(4, 9, 1.2), _span(0, 3, -0.1)])
    assert [(one.text, one.kind, one.strength) for one in pieces] == [
        ("buy", "ham", 1),
        (" ", "", 0),
        ("pills", "spam", 3),
        (" now", "", 0),
    ]
    assert pieces[2].title == "1.20 towards spam"


def test_what_can_not_be_seen_becomes_a_mark() -> None:
    assert shown("a\u202eb") == [
        Piece("a"),
        Piece("RLO", "mark", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        Piece("b"),
    ]
    assert [one.text for one in shown("\x7f\U000e0041")] == ["U+007F", "U+E0041"]
    assert shown("line\r\nnext\tcolumn") == [Piece("line\r\nnext\tcolumn")]


def test_long_runs_are_told_by_number() -> None:
    assert [one.text for one in shown("a" + "\n" * 10_000 + "b")] == [
        "a",
        "\n",
        "9,999 empty lines",
        "\n",
        "b",
    ]
    assert "+196 marks" in [one.text for one in shown("Z" + "\u0301" * 200)]
    assert shown("a\n\n\nb") == [Piece("a\n\n\nb")]


SPANS = st.lists(
    st.builds(_span, st.integers(-5, 40), st.integers(-5, 60), st.floats(-3, 3)), max_size=6
)


@given(st.text(max_size=50), SPANS, st.none() | st.integers(0, 60))
def test_every_visible_character_is_shown_once_and_in_order(
    text: str, spans: list[Evidence], limit: int | None
) -> None:
    pieces = shown(text, spans, limit)
    kept = "".join(one.text for one in pieces if one.kind != "mark")
    wanted = iter(text if limit is None else text[:limit])
    assert all(letter in wanted for letter in kept.replace("\n", ""))
    invisible = {"\u202e", "\u200b", "\u2066", "\x00", "\x7f", "\ufeff"}
    assert not invisible & set(kept)
    assert all(one.strength in (1, 2, 3) for one in pieces if one.kind in ("spam", "ham"))
