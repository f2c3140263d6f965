"""Which parts of a comment moved its score: exact shares of the logit, brought to characters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.features import SEGMENTS, Features
from models.findings import Finding
from models.hashing import ORDERS
from models.reading import NAME_LIMIT, Part, Reading
from models.rewriting import PADDING
from models.taste import Weights
from models.text import align

MOST_SPANS = 8
"""Spans shown of one comment; more than a reviewer looks at."""

# A share below this, in log-odds, moves a score of 0.5 by one point and is not worth a highlight.
_LEAST_WEIGHT = 0.04

# Bytes after which a text that has no spaces is cut: four letters of Chinese.
_CUT = 12

_FIELDS = {Part.CONTENT: "content", Part.NAME: "author.name"}
_NUMBER = {segment.group: number for number, segment in enumerate(SEGMENTS)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of a field, in characters of the text as received, and its share of the logit."""

    field: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """What moved a score: stretches of text, strongest first, and at most five plain sentences."""

    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Stretches:
    """Words of contents and names: the text each is of, its bytes, and its share of the logit.

    Texts are numbered part after part. What stands between words counts with the word before, so
    that the weights of a text's words are all that its places add to the logit.
    """

    text: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    weight: NDArray[np.float64]


def find_evidence(
    features: Features,
    table: Weights,
    shares: NDArray[np.float64],
    asked: Sequence[int],
) -> list[tuple[Evidence, ...]]:
    """Return the stretches of each asked comment that moved its score, strongest first.

    `shares` is what each segment adds, as `Features.shares` gives it.
    """
    rows = len(features.reading.comments)
    stretches = _strongest(weigh_stretches(features, table, shares), rows, asked)
    found: dict[int, dict[tuple[Part, int, int], float]] = {row: {} for row in asked}
    places: dict[int, NDArray[np.int64] | None] = {}
    for text, start, end, weight in zip(
        stretches.text.tolist(),
        stretches.start.tolist(),
        stretches.end.tolist(),
        stretches.weight.tolist(),
        strict=True,
    ):
        part, row = divmod(text, rows)
        if text not in places:
            places[text] = _places(features.reading, Part(part), row)
        own = places[text]
        original = _original(features.reading, Part(part), row)
        first, last = (start, end) if own is None else _received(own, original, start, end)
        place = (Part(part), first, last)
        found[row][place] = found[row].get(place, 0.0) + weight
    return [_evidence(found[row]) for row in asked]


def _evidence(spans: dict[tuple[Part, int, int], float]) -> tuple[Evidence, ...]:
    """Return what stands at each place, strongest first."""
    ordered = sorted(spans.items(), key=lambda span: -abs(span[1]))
    return tuple(
        Evidence(_FIELDS[part], first, last, weight) for (part, first, last), weight in ordered
    )


def _received(own: NDArray[np.int64], original: str, start: int, end: int) -> tuple[int, int]:
    """Return the characters as received; of markup that was rewritten as one, all of it."""
    first, last = int(own[start]), int(own[end])
    if last <= first:
        after = min(int(own.searchsorted(first, side="right")), len(own) - 1)
        # The space behind markup is read as part of what stands in its place.
        last = first + max(len(original[first : int(own[after])].rstrip()), 1)
    return first, last


def _strongest(stretches: Stretches, rows: int, asked: Sequence[int]) -> Stretches:
    """Return the strongest stretches of each asked comment, strongest first."""
    strength = abs(stretches.weight)
    is_asked = np.zeros(max(rows, 1), bool)
    is_asked[list(asked)] = True
    row = stretches.text % len(is_asked)
    kept = ((strength >= _LEAST_WEIGHT) & is_asked[row]).nonzero()[0]
    row = row[kept]
    order = np.lexsort((-strength[kept], row))
    kept, row = kept[order], row[order]
    rank = np.arange(len(row)) - row.searchsorted(row)
    kept = kept[rank < MOST_SPANS]
    return Stretches(
        stretches.text[kept], stretches.start[kept], stretches.end[kept], stretches.weight[kept]
    )


def weigh_stretches(features: Features, table: Weights, shares: NDArray[np.float64]) -> Stretches:
    """Weigh every word of contents and names; `start` and `end` are bytes of its own text."""
    reading = features.reading
    begin, end = reading.begin[:2].ravel(), reading.end[:2].ravel()
    size = int(end[-1]) + PADDING if len(end) else 0
    data = reading.batch.data[:size]
    blank = (data == 32) | (data == 0)
    edges = (blank[1:] != blank[:-1]).nonzero()[0] + 1
    start, stop = edges[::2], edges[1::2]
    if (data >= 0xE3).any():
        start, stop = _cut_unspaced(data, begin, start, stop)
    text = begin.searchsorted(start, side="right") - 1
    running = np.zeros(size + 1)
    _byte_weights(features, table, shares, size).cumsum(out=running[1:])
    # The first word takes the byte before its text, the last the n-grams that reach beyond.
    low, high = start.copy(), np.append(start[1:], size)
    fresh = np.append(True, text[1:] != text[:-1])[: len(text)]
    low[fresh] = begin[text[fresh]] - 1
    final = np.append(fresh[1:], True)[: len(text)]
    high[final] = end[text[final]] + PADDING - 1
    return Stretches(text, start - begin[text], stop - begin[text], running[high] - running[low])


def _cut_unspaced(
    data: NDArray[np.uint8],
    begin: NDArray[np.int64],
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cut text of scripts that put no spaces between words every few letters."""
    letters = ((data >= 0xE3) & (data < 0xEE)).nonzero()[0]
    step = (letters - begin[begin.searchsorted(letters, side="right") - 1]) // _CUT
    cuts = np.setdiff1d(letters[1:][np.diff(step) != 0], start)
    return np.union1d(start, cuts), np.union1d(stop, cuts)


def _byte_weights(
    features: Features, table: Weights, shares: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    """Give the weight of each n-gram, word, pair, link and name in equal parts to its bytes."""
    change = np.zeros(size + ORDERS[-1])
    factor = _factors(features)
    columns = min(size, features.size)
    grams = table.take(features.grams[:, :columns], mode="clip") * factor[:columns]
    for line, order in enumerate(ORDERS):
        part = grams[line] / order
        change[:columns] += part
        change[order : order + columns] -= part
    for start, stop, weight in (
        _word_weights(features, table, factor),
        _link_weights(features.reading, shares[_NUMBER["links"]]),
        _name_weights(features.reading, shares[_NUMBER["name_traits"]]),
    ):
        part = weight / np.maximum(stop - start, 1)
        change += np.bincount(start, part, len(change))
        change -= np.bincount(stop, part, len(change))
    return change.cumsum()[:size]


def _factors(features: Features) -> NDArray[np.float64]:
    """Return what each column counts that stands at a place of a content or a name, else 0."""
    factor = np.zeros(features.size + len(features.singles))
    for number, segment in enumerate(SEGMENTS):
        if segment.placed:
            begin, count = features.begin[number], features.end[number] - features.begin[number]
            columns = np.arange(count.sum()) + np.repeat(begin - count.cumsum() + count, count)
            factor[columns] = np.repeat(features.scale[number], count)
    return factor


Weighed = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def _word_weights(features: Features, table: Weights, factor: NDArray[np.float64]) -> Weighed:
    """Return bytes and weight of each word and pair of contents, and each word of names."""
    reading, size = features.reading, features.size
    if not reading.comments:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    contents, named = (int(reading.numbers[1, part, -1]) for part in (Part.CONTENT, Part.NAME))
    start, end = reading.words.start, reading.words.end
    starts = np.concatenate(
        [start[:contents], start[: max(contents - 1, 0)], start[contents:named]]
    )
    ends = np.concatenate([end[:contents], end[1:contents], end[contents:named]])
    looked_up = table.take(features.singles[: len(starts)], mode="clip")
    return starts, ends, looked_up * factor[size : size + len(starts)]


def _link_weights(reading: Reading, shares: NDArray[np.float64]) -> Weighed:
    """Share out what the links of each content add over the links, by length."""
    starts: list[int] = []
    ends: list[int] = []
    weights: list[float] = []
    for row, links in enumerate(reading.links):
        text, begin = reading.text(Part.CONTENT, row), int(reading.begin[Part.CONTENT, row])
        covered = sum(link.end - link.start for link in links)
        for link in links:
            starts.append(begin + _bytes(text, link.start))
            ends.append(begin + _bytes(text, link.end))
            weights.append(float(shares[row]) * (link.end - link.start) / covered)
    return np.array(starts, np.int64), np.array(ends, np.int64), np.array(weights)


def _name_weights(reading: Reading, shares: NDArray[np.float64]) -> Weighed:
    """Share out what the traits of each name add over all of it."""
    begin, end = reading.begin[Part.NAME], reading.end[Part.NAME]
    return begin, end, np.where(end > begin, shares, 0)


def _bytes(text: str, characters: int) -> int:
    return characters if text.isascii() else len(text[:characters].encode())


def _places(reading: Reading, part: Part, row: int) -> NDArray[np.int64] | None:
    """Return, for each byte of a normalised text, its character as received; None if they agree."""
    original, text = _original(reading, part, row), reading.text(part, row)
    if text.isascii() and text == original.lower():
        return None
    data = np.frombuffer(text.encode(), np.uint8)
    character = np.append(((data & 0xC0) != 0x80).cumsum() - 1, len(text))
    places: NDArray[np.int64] = align(original).origin[character]
    return places


def _original(reading: Reading, part: Part, row: int) -> str:
    comment = reading.comments[row]
    return comment.content if part is Part.CONTENT else (comment.author.name or "")[:NAME_LIMIT]
