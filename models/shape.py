"""The shape of a comment: shares between 0 and 1 that have a place each in the weight table."""

import re

import numpy as np
from numpy.typing import NDArray

from models.reading import Part, Reading

DENSE = (
    "length",
    "words",
    "word_length",
    "variety",
    "capitals",
    "digits",
    "punctuation",
    "beyond_ascii",
)
"""Names of the dense features, in order."""

_KINDS = np.zeros(256, np.int64)
_KINDS[[*range(48, 58)]] = 1
_KINDS[[*range(33, 48), *range(58, 65), *range(91, 97), *range(123, 127)]] = 2
_KINDS[128:] = 3


_CAPITAL = re.compile("[A-Z]")


def dense_shape(reading: Reading) -> NDArray[np.float32]:
    """Return the dense features, one row for each comment."""
    begin, end = reading.span(Part.CONTENT)
    first, last = reading.word_span(Part.CONTENT)
    length, count = end - begin, last - first
    dense = np.zeros((reading.rows, len(DENSE)), np.float32)
    dense[:, 0] = np.minimum(np.log1p(length) / 10, 1)
    dense[:, 1] = np.minimum(np.log1p(count) / 8, 1)
    dense[:, 2] = np.minimum(length / np.maximum(count, 1) / 20, 1)
    dense[:, 3] = [
        len(set(reading.words.hashes[a:b].tolist())) / max(b - a, 1)
        for a, b in zip(first.tolist(), last.tolist(), strict=True)
    ]
    dense[:, 4] = [_capitals(comment.content[:2000]) for comment in reading.comments]
    kinds = _KINDS[reading.batch.data]
    for kind in (1, 2, 3):
        running = np.concatenate([[0], np.cumsum(kinds == kind)])
        dense[:, 4 + kind] = (running[end] - running[begin]) / np.maximum(length, 1)
    return dense


def _capitals(text: str) -> float:
    """Return the share of upper-case letters; looking at each character is slow and seldom needed."""
    count = len(_CAPITAL.findall(text)) if text.isascii() else sum(map(str.isupper, text))
    return count / (len(text) or 1)
