# ruff: noqa: RUF001 - letters that look alike are what this is about
"""Attacks on letters: drawn otherwise, held apart or with something invisible between them."""

import random
import re
from collections.abc import Callable, Mapping

# Tables of an attacker's own: not those by which models/text.py folds, though they overlap.
_LOOKALIKES = {
    "a": "аɑα", "c": "сϲ", "e": "еҽ", "g": "ɡց", "h": "һ", "i": "іι", "j": "ј", "k": "кκ", "m": "м",
    "n": "ոп", "o": "оοօ", "p": "рρ", "s": "ѕ", "t": "тτ", "u": "υս", "v": "ѵν", "w": "ԝ", "x": "х",
    "y": "уү",
}  # fmt: skip
_LEET = {"a": "4@", "e": "3", "i": "1!", "l": "1", "o": "0", "s": "5$", "t": "7", "b": "8"}
_INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad"
_WORD = re.compile(r"[^\W\d_]{4,}")
# Addresses must stay usable, so attackers leave them alone.
_ADDRESS = re.compile(
    r"(<a\s[^>]*>|\[/?url[^\]]*\]|\[/?link[^\]]*\]|(?:https?://|www\.)[^\s<>\"'\[\]]+|<[^>]*>|"
    r"[\w.-]+\.(?:com|net|org|info|ru|biz|io|co)\b\S*|&\#?\w+;)",
    re.IGNORECASE,
)
_SHARE = 0.6


def look_alikes(text: str, chance: random.Random) -> str:
    """Draw some letters of most words by letters of other scripts that look the same."""
    return _words(text, chance, lambda word: _swapped(word, _LOOKALIKES, chance, 0.5))


def leetspeak(text: str, chance: random.Random) -> str:
    """Write digits and signs for letters in most words."""
    return _words(text, chance, lambda word: _swapped(word, _LEET, chance, 0.7))


def invisible(text: str, chance: random.Random) -> str:
    """Put characters that nobody sees into most words."""
    return _words(
        text, chance, lambda word: _parted(word, chance, lambda: chance.choice(_INVISIBLE))
    )


def spaced(text: str, chance: random.Random) -> str:
    """Hold the letters of most words apart by one sign, as in `c a s i n o`."""
    sign = chance.choice((" ", ".", "-", "_", "*"))
    around = " " if sign == " " else ""
    return _words(text, chance, lambda word: around + sign.join(word) + around)


def full_width(text: str, chance: random.Random) -> str:
    """Write most words in the full-width letters of East Asian typography."""
    return _words(text, chance, lambda word: "".join(map(_wide, word)))


def styled(text: str, chance: random.Random) -> str:
    """Write most words in mathematical bold, script or sans-serif letters."""
    first = chance.choice((0x1D400, 0x1D4D0, 0x1D5D4, 0x1D63C))
    return _words(text, chance, lambda word: "".join(_mathematical(c, first) for c in word))


def split_by_tags(text: str, chance: random.Random) -> str:
    """Put empty markup and comments into words, which a browser does not show."""
    tags = ("<b></b>", "<!-- -->", "<i></i>", "<span></span>", "<wbr>")
    return _words(text, chance, lambda word: _parted(word, chance, lambda: chance.choice(tags)))


def entities(text: str, chance: random.Random) -> str:
    """Write letters as numbered entities, which a browser shows as letters."""

    def numbered(letter: str) -> str:
        form = chance.choice(("&#{};", "&#x{:x};"))
        return form.format(ord(letter)) if chance.random() < 0.4 else letter

    return _words(text, chance, lambda word: "".join(map(numbered, word)))


def _words(text: str, chance: random.Random, change: Callable[[str], str]) -> str:
    """Change most words of four letters and more, and no address."""
    pieces = _ADDRESS.split(text)
    pieces[::2] = [
        _WORD.sub(lambda word: change(word[0]) if chance.random() < _SHARE else word[0], piece)
        for piece in pieces[::2]
    ]
    return "".join(pieces)


def _swapped(word: str, table: Mapping[str, str], chance: random.Random, share: float) -> str:
    """Swap letters; a word in which chance spared all of them gets one swap."""
    places = [k for k, letter in enumerate(word) if letter.lower() in table]
    chosen = {k for k in places if chance.random() < share} or set(places[:1])
    return "".join(
        chance.choice(table[letter.lower()]) if k in chosen else letter
        for k, letter in enumerate(word)
    )


def _parted(word: str, chance: random.Random, sign: Callable[[], str]) -> str:
    """Put a sign into a word at one or two places."""
    for place in sorted(
        chance.sample(range(1, len(word)), 2 if len(word) > 5 else 1), reverse=True
    ):
        word = word[:place] + sign() + word[place:]
    return word


def _wide(letter: str) -> str:
    return chr(ord(letter) + 0xFEE0) if letter.isascii() else letter


def _mathematical(letter: str, first: int) -> str:
    if not letter.isascii():
        return letter
    return chr(first + ord(letter.upper()) - 65 + 26 * letter.islower())
