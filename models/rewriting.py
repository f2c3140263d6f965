# ruff: noqa: RUF001 - letters that look alike are what this is about
"""A text being rewritten step by step, plainly or with the way back to its original characters."""

import re
import unicodedata
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from models.lookalikes import BOXED

# The longest byte n-gram reaches 5 bytes past its start, and the first begins one byte before its
# text: with 6 between them, no n-gram and no byte belongs to two texts.
PADDING = 6
GAP = "\0" * PADDING
"""Stands before, between and after texts that are rewritten together."""

_GAPS = re.compile(GAP)
_PLAIN: dict[str, str] = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\x85\u1680\u2028\u2029", " "),
    **BOXED,
}
_CONTROLS = "\t\n\v\f\r\x1c\x1d\x1e\x1f"
_CONTROL = re.compile(f"[{_CONTROLS}]")
_SPACES = re.compile("  +")
_WIDE = re.compile("[^\0-\x7f]+")
# A character with the marks and joining vowels that may compose with it.
_CLUSTER = re.compile(
    "[^\u0300-\u036f\u1160-\u11ff\u3099\u309a][\u0300-\u036f\u1160-\u11ff\u3099\u309a]*", re.DOTALL
)

Replacement = str | Callable[[re.Match[str]], str]


def wide_characters(text: str) -> str:
    """Return the characters of a text that are not ASCII, each once: short, so quick to search."""
    return "".join(set("".join(_WIDE.findall(text))))


def fold_compatibility(text: str) -> str:
    """Fold compatibility forms, case and typographic punctuation (NFKC, casefold, NFKC)."""
    # The longest of all compatibility forms: 18 letters, with which a comment could swell.
    text = unicodedata.normalize(
        "NFKC", text.replace("\ufdfa", "\u0635\u0644\u0639\u0645")
    ).casefold()
    for odd in _PLAIN.keys() & {*wide_characters(text), "`"}:
        text = text.replace(odd, _PLAIN[odd])
    return unicodedata.normalize("NFKC", text)


class Rewriter:
    """Texts joined by `GAP`, rewritten together; counts per text what the steps find."""

    def __init__(self, text: str, rows: int, changes: tuple[str, ...], counting: bool = True):
        self.text = text
        self.counts: NDArray[np.int32] = np.zeros((rows, len(changes)), np.int32)
        self.counting = counting
        self.settled = False
        self._changes = changes

    def count(self, change: str, pattern: re.Pattern[str]) -> None:
        """Count the matches of `pattern` in each text, on the first round."""
        if not self.counting:
            return
        self.count_at(change, [match.start() for match in pattern.finditer(self.text)])

    def count_at(self, change: str, places: list[int]) -> None:
        """Count what was found at these characters, on the first round."""
        if self.counting and places:
            gaps = [match.end() for match in _GAPS.finditer(self.text)]
            rows = np.searchsorted(gaps, places, side="right") - 1 if gaps else 0
            np.add.at(self.counts[:, self._changes.index(change)], rows, 1)

    def sub(self, pattern: re.Pattern[str], replacement: Replacement) -> None:
        """Replace every match."""
        self.text = pattern.sub(replacement, self.text)

    def splice(self, pieces: list[tuple[int, int, str]]) -> None:
        """Put each new text in the place of the characters from start to end, given in order."""
        texts: list[str] = []
        done = 0
        for start, end, new in pieces:
            texts += (self.text[done:start], new)
            done = end
        self.text = "".join([*texts, self.text[done:]])

    def squeeze(self) -> None:
        """Make all ASCII white space single spaces."""
        for control in _CONTROLS:
            if control in self.text:
                self.text = self.text.replace(control, " ")
        while "  " in self.text:
            self.text = self.text.replace("  ", " ")

    def lower(self) -> None:
        """Fold the case of ASCII text."""
        self.text = self.text.lower()

    def fold(self) -> None:
        """Fold compatibility forms, case and punctuation."""
        self.text = fold_compatibility(self.text)


class Tracker(Rewriter):
    """One text, rewritten with the way back: `origin[k]` is the offset character k came from."""

    def __init__(self, text: str, rows: int, changes: tuple[str, ...]):
        super().__init__(text, rows, changes, counting=False)
        self.origin: NDArray[np.int64] = np.arange(len(text) + 1)

    def sub(self, pattern: re.Pattern[str], replacement: Replacement) -> None:
        """Replace every match; what stands in its place comes from where the match began."""
        pieces: list[tuple[int, int, str]] = []
        for match in pattern.finditer(self.text):
            new = replacement if isinstance(replacement, str) else replacement(match)
            pieces.append((match.start(), match.end(), new))
        self.splice(pieces)

    def fold(self) -> None:
        """Fold compatibility forms and case, cluster by cluster where lengths change."""
        folded = fold_compatibility(self.text)
        if len(folded) == len(self.text):
            self.text = folded
            return
        size = len(self.text)
        pieces = [
            (match.start(), match.end(), fold_compatibility(match[0]))
            for match in _CLUSTER.finditer(self.text)
            if not match[0].isascii() or match[0].isupper()
        ]
        before = self.origin
        self.splice(pieces)
        if self.text != folded:
            places = np.linspace(0, size, len(folded) + 1).astype(np.int64)
            self.text, self.origin = folded, before[places]

    def squeeze(self) -> None:
        """Make all ASCII white space single spaces."""
        self.sub(_CONTROL, " ")
        self.sub(_SPACES, " ")

    def splice(self, pieces: list[tuple[int, int, str]]) -> None:
        """Put each new text in the place of the characters from start to end, given in order."""
        origins: list[NDArray[np.int64]] = []
        done = 0
        for start, end, new in pieces:
            origins.append(self.origin[done:start])
            if len(new) == end - start:
                origins.append(self.origin[start:end])
            else:
                origins.append(np.full(len(new), self.origin[start]))
            done = end
        super().splice(pieces)
        self.origin = np.concatenate([*origins, self.origin[done:]])
