"""Which parts of a comment moved its score: exact shares of the logit, brought to characters."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.features import Features
from models.findings import Finding, find
from models.occurrences import Occurrences, running_sum
from models.reading import Part
from models.text import align

MOST_SPANS = 12
"""Spans shown of one comment; more than a reviewer looks at."""

# A share below this, in log-odds, moves a score of 0.5 by one point and is not worth a highlight.
LEAST_WEIGHT = 0.04

_FIELDS = ((Part.CONTENT, "content"), (Part.NAME, "author.name"))
# A word, or twelve characters of a script that puts no spaces between words.
_SPAN = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7ff\u0e00-\u0e7f]{1,12}|[^\s\u2e80-\u9fff\uac00-\ud7ff\u0e00-\u0e7f]+"
)


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
    placed = {part: byte_weights(features, table, part) for part, _ in _FIELDS}
    findings = find(features, table)
    explanations = []
    for row, comment in enumerate(features.reading.comments):
        spans: list[Evidence] = []
        for part, field in _FIELDS:
            original = comment.content if part is Part.CONTENT else comment.author.name
            if original:
                weights = character_weights(features, placed[part], part, row, original)
                spans += _spans(field, original, weights)
        spans.sort(key=lambda span: -abs(span.weight))
        explanations.append(Explanation(tuple(spans[:MOST_SPANS]), findings[row]))
    return explanations


def byte_weights(features: Features, table: NDArray[np.float32], part: Part) -> NDArray[np.float64]:
    """Spread what stands at places of one part over the bytes of the batch."""
    total = np.zeros(len(features.reading.batch.data) + 1)
    for found in features.occurrences:
        if found.part is part and found.placed:
            if found.start is None:
                _spread_grams(found, table, total)
            else:
                _spread_words(found, table, total)
    return total[:-1]


def character_weights(
    features: Features, weights: NDArray[np.float64], part: Part, row: int, original: str
) -> NDArray[np.float64]:
    """Bring one text's byte weights to the characters as received; the sum stays the same."""
    begin, end = (int(edge[row]) for edge in features.reading.span(part))
    own = weights[begin:end]
    aligned = align(original)
    data = features.reading.batch.data[begin:end]
    if len(data) != len(aligned.text):
        own = np.add.reduceat(own, np.flatnonzero((data & 0xC0) != 0x80)) if len(own) else own
    result = np.zeros(len(original))
    np.add.at(result, np.minimum(aligned.origin[: len(own)], len(original) - 1), own)
    return result


def _spread_grams(
    found: Occurrences, table: NDArray[np.float32], total: NDArray[np.float64]
) -> None:
    """Give each n-gram's weight in equal parts to its bytes; what lies beyond goes to the edge."""
    low, high = int(found.begin[0]), int(found.end[-1])
    looked_up = table.take(found.indices[:, low:high], mode="clip").astype(np.float64)
    columns = np.arange(low, high)
    row = np.searchsorted(found.end, columns, side="right")
    inside = (columns >= found.begin[row]) & (found.end[row] > found.begin[row])
    looked_up *= np.where(inside, found.scale[row], 0)
    for layer in range(len(looked_up)):
        running = np.zeros(high - low + layer + 1)
        np.cumsum(looked_up[layer] / (layer + 1), out=running[1 : high - low + 1])
        running[high - low + 1 :] = running[high - low]
        spread = running[1:].copy()
        spread[layer + 1 :] -= running[1 : high - low]
        total[low : low + len(spread)] += spread
    _gather_edges(found, total)


def _gather_edges(found: Occurrences, total: NDArray[np.float64]) -> None:
    """Move what lies on the padding around each text onto its first and last byte."""
    full = found.end > found.begin + 1
    first, last = found.begin[full] + 1, found.end[full] - 1
    total[first] += total[first - 1]
    total[first - 1] = 0
    for step in range(1, len(found.indices)):
        total[last] += total[last + step]
        total[last + step] = 0


def _spread_words(
    found: Occurrences, table: NDArray[np.float32], total: NDArray[np.float64]
) -> None:
    """Give each word's weight in equal parts to its bytes."""
    if found.start is None or found.stop is None or not len(found.start):
        return
    columns = np.arange(len(found.start))
    row = np.minimum(np.searchsorted(found.end, columns, side="right"), len(found.end) - 1)
    owned = (columns >= found.begin[row]) & (columns < found.end[row])
    weights = found.weights(table) * np.where(owned, found.scale[row], 0)
    share = weights / (found.stop - found.start)
    change = np.zeros(len(total))
    np.add.at(change, found.start, share)
    np.add.at(change, found.stop, -share)
    total += np.cumsum(change)


def _spans(field: str, original: str, weights: NDArray[np.float64]) -> list[Evidence]:
    running = running_sum(weights)
    found = [
        Evidence(
            field, match.start(), match.end(), float(running[match.end()] - running[match.start()])
        )
        for match in _SPAN.finditer(original)
    ]
    return [span for span in found if abs(span.weight) >= LEAST_WEIGHT]
