"""Which parts of a comment moved its score: exact shares of the logit, brought to characters."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.features import SEGMENTS, WORD_SEGMENT, Features
from models.findings import Finding, find
from models.hashing import ORDERS
from models.reading import NAME_LIMIT, Part
from models.text import align

MOST_SPANS = 12
"""Spans shown of one comment; more than a reviewer looks at."""

# A share below this, in log-odds, moves a score of 0.5 by one point and is not worth a highlight.
_LEAST_WEIGHT = 0.04

_FIELDS = ((Part.CONTENT, "content", "links"), (Part.NAME, "author.name", "name_traits"))
_NUMBER = {segment.group: number for number, segment in enumerate(SEGMENTS)}
_NO_SPACES = "\u2e80-\u9fff\uac00-\ud7ff\u0e00-\u0e7f"
# A word, or twelve characters of a script that puts no spaces between words.
_SPAN = re.compile(f"[{_NO_SPACES}]{{1,12}}|[^\\s{_NO_SPACES}]+")


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


def explain(features: Features, table: NDArray[np.float32]) -> list[Explanation]:
    """Explain each comment of a batch."""
    shares = features.shares(features.weigh(table))
    findings = find(features, shares)
    weights = byte_weights(features, table)
    explanations = []
    for row, comment in enumerate(features.reading.comments):
        spans: list[Evidence] = []
        for part, field, group in _FIELDS:
            original = comment.content if part is Part.CONTENT else comment.author.name
            if original:
                share = float(shares[_NUMBER[group], row])
                spans += _spans(
                    field, character_weights(features, weights, part, row, share), original
                )
        spans.sort(key=lambda span: -abs(span.weight))
        explanations.append(Explanation(tuple(spans[:MOST_SPANS]), findings[row]))
    return explanations


def byte_weights(features: Features, table: NDArray[np.float32]) -> NDArray[np.float64]:
    """Give the weight of each n-gram, word and pair in equal parts to the bytes it covers."""
    total = np.zeros(len(features.reading.batch.data) + 1)
    size = features.grams.shape[1]
    factor = np.zeros(size + len(features.singles))
    for number, segment in enumerate(SEGMENTS):
        if segment.placed:
            begin, end = features.begin[number], features.end[number]
            columns = np.arange((end - begin).sum()) + np.repeat(
                begin - (end - begin).cumsum() + (end - begin), end - begin
            )
            factor[columns] = np.repeat(features.scale[number], end - begin)
    grams = table.take(features.grams, mode="clip") * factor[:size]
    for order in range(1, ORDERS + 1):
        # A byte has a part of the n-grams that begin at it and at the few bytes before.
        running = np.concatenate([[0], (grams[order - 1] / order).cumsum(), np.zeros(order - 1)])
        running[size + 1 :] = running[size]
        spread = running[1:].copy()
        spread[order:] -= running[1:size]
        total[: len(spread)] += spread
    _gather_edges(features, total)
    count = len(features.start)
    words = table.take(features.singles[:count], mode="clip") * factor[size : size + count]
    words /= features.stop - features.start
    change = np.bincount(features.start, words, len(total))
    change -= np.bincount(features.stop, words, len(total))
    total += change.cumsum()
    return total[:-1]


def character_weights(
    features: Features, weights: NDArray[np.float64], part: Part, row: int, share: float
) -> NDArray[np.float64]:
    """Bring one text's byte weights to the characters as received.

    `share` is what the traits of the text's links, or of the name, add: it goes to the characters
    of the links, or of the whole name. The sum over the characters is exactly the logit's part.
    """
    reading = features.reading
    comment = reading.comments[row]
    original = comment.content if part is Part.CONTENT else comment.author.name or ""
    begin, end = int(reading.begin[part, row]), int(reading.end[part, row])
    own, data = weights[begin:end], reading.batch.data[begin:end]
    aligned = align(original if part is Part.CONTENT else original[:NAME_LIMIT])
    if len(data) != len(aligned.text):
        own = np.add.reduceat(own, np.flatnonzero((data & 0xC0) != 0x80))
    own = own + _place_share(features, part, row, len(own), share)
    places = np.minimum(aligned.origin[: len(own)], len(original) - 1)
    result: NDArray[np.float64] = np.bincount(places, own, len(original)).astype(np.float64)
    return result


def _place_share(
    features: Features, part: Part, row: int, size: int, share: float
) -> NDArray[np.float64]:
    """Spread the share of links over their characters, that of the name over all of it."""
    placed = np.zeros(size)
    if part is Part.NAME:
        placed += share / max(size, 1)
        return placed
    for link in features.reading.links[row]:
        placed[link.start : link.end] = 1
    covered = placed.sum()
    return placed * (share / covered) if covered else placed


def _gather_edges(features: Features, total: NDArray[np.float64]) -> None:
    """Move what lies on the padding around each text onto its first and last byte."""
    begin, end = features.reading.begin[:WORD_SEGMENT], features.reading.end[:WORD_SEGMENT]
    full = end > begin
    first, last = begin[full], end[full] - 1
    total[first] += total[first - 1]
    total[first - 1] = 0
    for step in range(1, ORDERS):
        total[last] += total[last + step]
        total[last + step] = 0


def _spans(field: str, weights: NDArray[np.float64], original: str) -> list[Evidence]:
    """Cut a text into words and keep those that weigh something."""
    running = [0.0, *weights.cumsum().tolist()]
    found = []
    for match in _SPAN.finditer(original):
        start, end = match.span()
        weight = running[end] - running[start]
        if abs(weight) >= _LEAST_WEIGHT:
            found.append(Evidence(field, start, end, weight))
    return found
