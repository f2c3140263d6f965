"""Text as the classifier reads it: one spelling for what looks the same to a person.

Whole batches are joined and normalised at once. The steps, in order: HTML tags that only format
are dropped and anchors put into one form, entities resolved, addresses masked, invisible characters
and stacked marks removed, compatibility forms (NFKC) and case folded, typographic punctuation
made plain, look-alike letters folded inside mixed-script words, words and hosts in disguise
unmasked, white space made single spaces.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

import numpy as np
from numpy.typing import NDArray

from models import disguise
from models.lookalikes import LOOKALIKES, STYLED, TABLE
from models.rewriting import GAP, PADDING, Rewriter, Tracker, wide_characters

CHANGES = ("tags", "entities", "invisible", "marks", "styled", "lookalikes", *disguise.CHANGES)
"""What was changed, in the column order of `NormalisedBatch.changes`."""

_INLINE = r"b|i|u|s|em|strong|span|font|small|big|sub|sup|wbr|strike|del|ins|mark|tt|abbr|cite"
_BLOCK = (
    r"p|br|div|li|ul|ol|hr|blockquote|pre|code|table|tr|td|th|tbody|thead|h[1-6]|center|section"
)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:[\s/][^<>\0]*)?>|<!--[^<>\0]*-->", re.IGNORECASE)
_INSIDE_WORD = re.compile(rf"(?<=[^\W\d_])(?:{_INLINE_TAG.pattern})+(?=[^\W\d_])", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCK})(?:[\s/][^<>\0]*)?>", re.IGNORECASE)
_ANCHOR = re.compile(
    r"<a\s[^<>\0]{0,200}?href\s{0,9}=\s{0,9}[\"']?\s{0,9}([^\s\"'<>\0]{1,2000})[^<>\0]{0,400}>"
    r"(?:([^<>\0]*)</a\s{0,9}>)?",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[a-zA-Z][a-zA-Z0-9]{1,30};)")
_BRACKETED_MASK = re.compile("<(?:email|ip)>")
_HOST_MASK = re.compile(r"(?<![\w.+-])packages\.example(?![\w-])")
_AT_HOST = re.compile(r"@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_LOCAL_PART = "abcdefghijklmnopqrstuvwxyz0123456789._+-"
_NUMBERS = re.compile(r"\.\d{1,3}\.\d")
_IP = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
# Format and filler characters, variation selectors, tags; U+FEFF is a mask of one corpus.
_INVISIBLES = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_INVISIBLES}]+")
_HIDDEN = re.compile(f"(?<=[A-Za-z])[{_INVISIBLES.replace(chr(0xFEFF), '')}]+(?=[A-Za-z])")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")
_STYLED_LETTER = re.compile(
    "[\U0001d400-\U0001d7ff\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a\U0001f130-\U0001f189\u2100-\u214f]"
    f"|[{STYLED}]"
)
_ODD = "".join(LOOKALIKES)
_MIXED = re.compile(f"[a-z][{_ODD}]|[{_ODD}][a-z]|[{STYLED}]")
_LOOKALIKE = re.compile(f"[{_ODD}]")
_WORD = re.compile(r"[^\W\d_]+")
# Letters that come to rest in one round: lower case, composed, and folded by nothing.
_RESTING = re.compile(
    "[\xa1-\xff\u0101-\u017f\u0430-\u045f\u0621-\u064a\u3041-\u3096\u30a1-\u30fa\u3001\u3002"
    "\u2022\u4e00-\u9fff\uac00-\ud7a3]*"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUL = re.compile("\0")
_UNSAFE = re.compile("[\0\ud800-\udfff]")
_OPENING = re.compile("[&<]")
# Nested entities (`&amp;amp;lt;`) are resolved this deep; what is left loses its ampersand.
_ROUNDS = 4
# An array, as NumPy takes longer to make one of a number than to add it.
_ONE = np.array(1)


@dataclass(frozen=True, slots=True)
class NormalisedBatch:
    """Texts normalised together, as one UTF-8 array in which `PADDING` NUL bytes enclose each."""

    text: str
    data: NDArray[np.uint8]
    edges: NDArray[np.int64]
    changes: NDArray[np.int32]

    @property
    def begin(self) -> NDArray[np.int64]:
        """First byte of each text."""
        first: NDArray[np.int64] = self.edges[0]
        return first

    @property
    def end(self) -> NDArray[np.int64]:
        """One past the last byte of each text."""
        last: NDArray[np.int64] = self.edges[1]
        return last

    def texts(self) -> list[str]:
        """Return the normalised texts one by one."""
        return self.text[PADDING:-PADDING].split(GAP) if self.edges.size else []


@dataclass(frozen=True, slots=True)
class Alignment:
    """One normalised text, and for each of its characters the offset in the text it came from.

    `origin` has one entry more than the text has characters: the length of the original.
    """

    text: str
    origin: NDArray[np.int64]


def normalise(text: str) -> str:
    """Return the text in the classifier's spelling; never raises, changes nothing when repeated."""
    return normalise_batch([text]).texts()[0]


def normalise_batch(texts: Sequence[str]) -> NormalisedBatch:
    """Normalise texts together; `changes` counts, per text, what the steps of `CHANGES` found."""
    rewriter = Rewriter(_join(texts), len(texts), CHANGES)
    _steps(rewriter)
    joined = _settle_each(rewriter.text) if not rewriter.settled else rewriter.text
    data = np.frombuffer(joined.encode(), np.uint8)
    gaps = (data == 0).nonzero()[0]
    edges = np.empty((2, len(texts)), np.int64)
    np.add(gaps[PADDING - 1 : -1 : PADDING], _ONE, out=edges[0])
    edges[1] = gaps[PADDING::PADDING]
    return NormalisedBatch(joined, data, edges, rewriter.counts)


def align(text: str) -> Alignment:
    """Normalise one text and keep, for each character, where it came from."""
    tracker = Tracker(_NUL.sub(" ", text), 1, CHANGES)
    _steps(tracker)
    if not tracker.settled:
        _settle(tracker)
    return Alignment(tracker.text, tracker.origin)


def _join(texts: Sequence[str]) -> str:
    joined = GAP + GAP.join(texts) + GAP if texts else GAP
    if joined.count("\0") == PADDING * (len(texts) + 1):
        return joined
    return _join([_NUL.sub(" ", text) for text in texts])


def _steps(rewriter: Rewriter) -> None:
    """Run every step, and again while one makes work for another."""
    if not _is_encodable(rewriter.text):
        rewriter.sub(_SURROGATE, "\ufffd")
    for _ in range(_ROUNDS):
        before = rewriter.text
        _unwrap(rewriter)
        _fold(rewriter)
        rewriter.counting = False
        if rewriter.text == before or _is_plain(rewriter.text):
            rewriter.settled = True
            return


def _is_encodable(text: str) -> bool:
    """Tell whether a text is free of lone surrogates; encoding is the quickest way to know."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_plain(text: str) -> bool:
    """Tell whether another round would surely change nothing."""
    if "&" in text or "<" in text:
        return False
    return text.isascii() or _RESTING.fullmatch(wide_characters(text)) is not None


def _settle_each(joined: str) -> str:
    """Settle the texts that still change; the others stay as they are."""
    texts = joined[PADDING:-PADDING].split(GAP)
    for place, text in enumerate(texts):
        rewriter = Rewriter(text, 1, CHANGES, counting=False)
        _unwrap(rewriter)
        _fold(rewriter)
        if rewriter.text != text:
            rewriter = Rewriter(text, 1, CHANGES, counting=False)
            _settle(rewriter)
            texts[place] = rewriter.text
    return _join(texts)


def _settle(rewriter: Rewriter) -> None:
    """Take ampersands and brackets out of a text that nests too deep."""
    for _ in range(2 * _ROUNDS):
        before = rewriter.text
        rewriter.sub(_OPENING, " ")
        _fold(rewriter)
        if rewriter.text == before:
            return


def _unwrap(rewriter: Rewriter) -> None:
    """Resolve markup and entities."""
    if "<" in rewriter.text:
        rewriter.count("tags", _INSIDE_WORD)
        rewriter.sub(_INLINE_TAG, "")
        rewriter.sub(_BLOCK_TAG, " ")
        rewriter.sub(_ANCHOR, _plain_anchor)
    if "&" in rewriter.text:
        rewriter.count("entities", _ENTITY)
        rewriter.sub(_ENTITY, _resolve)


def _fold(rewriter: Rewriter) -> None:
    """Fold compatibility forms, case, look-alikes, addresses and white space."""
    if rewriter.text.isascii():
        rewriter.lower()
    else:
        _fold_wide(rewriter)
    _mask(rewriter)
    disguise.unmask(rewriter)
    spaced = rewriter.text
    rewriter.squeeze()
    if rewriter.text != spaced:
        disguise.unmask(rewriter)


def _mask(rewriter: Rewriter) -> None:
    """Write every e-mail and IP address, and the corpora's masks for them, as the same sign."""
    if "@" in rewriter.text:
        rewriter.splice(_find_emails(rewriter.text))
    if "<" in rewriter.text:
        rewriter.sub(_BRACKETED_MASK, " @ ")
    if _NUMBERS.search(rewriter.text):
        rewriter.sub(_IP, " @ ")
    if "packages.example" in rewriter.text:
        rewriter.sub(_HOST_MASK, " @ ")


def _find_emails(text: str) -> list[tuple[int, int, str]]:
    """Find e-mail addresses by their sign and host, and then the part before: quick, and linear."""
    found: list[tuple[int, int, str]] = []
    done = 0
    for match in _AT_HOST.finditer(text):
        before = text[max(done, match.start() - 64) : match.start()]
        local = len(before) - len(before.rstrip(_LOCAL_PART))
        if local:
            done = match.end()
            found.append((match.start() - local, done, " @ "))
    return found


def _fold_wide(rewriter: Rewriter) -> None:
    """Fold text that is not all ASCII."""
    wide = wide_characters(rewriter.text)
    if _INVISIBLE.search(wide):
        rewriter.count("invisible", _HIDDEN)
        rewriter.sub(_INVISIBLE, "")
    if _STYLED_LETTER.search(wide):
        rewriter.count("styled", _STYLED_LETTER)
    rewriter.fold()
    wide = wide_characters(rewriter.text)
    if _MARKS.search(wide):
        rewriter.count("marks", _MARKS)
        rewriter.sub(_MARKS, "")
    if _LOOKALIKE.search(wide) and _MIXED.search(rewriter.text):
        rewriter.count("lookalikes", _MIXED)
        rewriter.sub(_WORD, _fold_word)


def _fold_word(match: re.Match[str]) -> str:
    """Fold a word's look-alikes when that makes it Latin throughout, and leave any other alone."""
    word = match[0]
    if word.isascii() or not _MIXED.search(word):
        return word
    folded = word.translate(TABLE)
    return folded if folded.isascii() else word


def _plain_anchor(match: re.Match[str]) -> str:
    """Put an anchor into one form; one that only repeats its address becomes the address."""
    address, label = match[1], (match[2] or "").strip()
    stem = label.rstrip(".…").lower()
    if len(stem) > 3 and stem in address.lower():
        return f" {address} "
    return f" [a {address}] {label} "


def _resolve(match: re.Match[str]) -> str:
    """Resolve an entity; NUL, which stands between texts, becomes a space."""
    return _UNSAFE.sub(" ", unescape(match[0]))
