"""Text of strangers as the desk shows it: every character visible, evidence highlighted, nothing run."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.evidence import Evidence

# Shown of one comment in a list; the page of the comment has all of it.
SHORT: Final = 1_200
# More empty lines, and more marks on one letter, than anyone types: told by number instead.
MOST_LINES: Final = 3
MOST_MARKS: Final = 4
# Log-odds from which a piece of evidence is shown as weak, plain, strong.
STRENGTHS: Final = (0.3, 1.0)

_NAMES: Final = {
    "\u00ad": "SHY",
    "\u061c": "ALM",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2060": "WJ",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\ufeff": "BOM",
}
_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_ODD: Final = re.compile(
    "(?P<invisible>["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff])"
    rf"|(?P<marks>[{_MARKS}]{{{MOST_MARKS + 1},}})"
    rf"|(?P<lines>\n(?:[ \t\r]*\n){{{MOST_LINES},}})"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is shown alike; `kind` is empty, `mark`, `spam` or `ham`."""

    text: str
    kind: str = ""
    title: str = ""
    strength: int = 0


def shown(
    text: str | None, evidence: Sequence[Evidence] = (), limit: int | None = None
) -> list[Piece]:
    """Cut a text into pieces, at most `limit` characters of it.

    Control, bidirectional and zero-width characters become visible marks; long runs of empty
    lines or of combining marks are told by their number.
    """
    text = text or ""
    end = len(text) if limit is None else min(limit, len(text))
    spans = sorted(
        (one for one in evidence if 0 <= one.start < one.end <= end), key=lambda one: one.start
    )
    pieces: list[Piece] = []
    place = 0
    for span in spans:
        if span.start < place:
            continue
        pieces += _plain(text[place : span.start])
        pieces += _plain(text[span.start : span.end], span.weight)
        place = span.end
    return [*pieces, *_plain(text[place:end])]


def _plain(text: str, weight: float = 0.0) -> list[Piece]:
    pieces: list[Piece] = []
    place = 0
    for match in _ODD.finditer(text):
        pieces += _weighed(text[place : match.start()], weight)
        pieces += _odd(match)
        place = match.end()
    return [*pieces, *_weighed(text[place:], weight)]


def _weighed(text: str, weight: float) -> list[Piece]:
    if not text:
        return []
    if weight == 0.0:
        return [Piece(text)]
    kind, side = ("spam", "towards spam") if weight > 0 else ("ham", "towards genuine")
    strength = 1 + sum(abs(weight) >= least for least in STRENGTHS)
    return [Piece(text, kind, f"{abs(weight):.2f} {side}", strength)]


def _odd(match: re.Match[str]) -> list[Piece]:
    found = match.group()
    if match["marks"]:
        more = len(found) - MOST_MARKS
        return [
            Piece(found[:MOST_MARKS]),
            Piece(f"+{more:,} marks", "mark", f"{more:,} more combining marks on one letter"),
        ]
    if match["lines"]:
        count = found.count("\n") - 1
        return [
            Piece("\n"),
            Piece(f"{count:,} empty lines", "mark", f"{count:,} empty lines"),
            Piece("\n"),
        ]
    code = f"U+{ord(found):04X}"
    return [Piece(_NAMES.get(found, code), "mark", f"{code} {unicodedata.name(found, 'control')}")]
