"""Features of a comment: hashed n-grams, words and tokens, and a short dense block at the end.

Everything a comment says is hashed into one table of `BUCKETS` weights; the shares that follow
it have a place each. Counts are raw, with one scale for each comment and group, so that a score
is one gather and sum and evidence is exact.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.comment import Comment
from models.hashing import BUCKETS, ORDERS, bucket, gram_hashes, pair_hashes, salt
from models.occurrences import Occurrences
from models.reading import Part, Reading, read
from models.shape import DENSE, dense_shape
from models.tokens import TOKEN_GROUPS, token_occurrences

FEATURE_SCHEMA = 1
"""Changes whenever a feature changes its place or meaning; a bundle fits one schema only."""

DIMENSION = BUCKETS + len(DENSE)
"""Places in the weight table."""

GROUPS: tuple[str, ...] = ("grams", "words", "pairs", "name", "url", *TOKEN_GROUPS, "dense")
"""The named groups of features, for leaving one out."""

_GRAM_PARTS = ((Part.CONTENT, "grams"), (Part.NAME, "name"), (Part.URL, "url"))
_GRAM_WEIGHT = {"grams": 1.0, "name": 0.7, "url": 0.5}
_WORD_WEIGHT = {"words": 1.0, "pairs": 0.7, "name": 0.5}


@dataclass(frozen=True, slots=True)
class FeatureRows:
    """Rows of features as a compressed sparse matrix; repeated places in a row add up."""

    indices: NDArray[np.int32]
    indptr: NDArray[np.int64]
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Features:
    """A batch's features before they are weighed."""

    reading: Reading
    occurrences: tuple[Occurrences, ...]
    dense: NDArray[np.float32]


def extract(comments: Sequence[Comment], groups: Collection[str] | None = None) -> Features:
    """Compute the features of a batch; with `groups`, only those."""
    wanted = frozenset(GROUPS if groups is None else groups)
    if unknown := wanted.difference(GROUPS):
        raise ValueError(f"Unknown feature groups {sorted(unknown)}; there are {list(GROUPS)}.")
    reading = read(comments)
    occurrences = [*_gram_occurrences(reading), *_word_occurrences(reading)]
    occurrences += token_occurrences(reading, wanted)
    dense = dense_shape(reading)
    return Features(
        reading,
        tuple(found for found in occurrences if found.group in wanted),
        dense if "dense" in wanted else np.zeros_like(dense),
    )


def featurise(comments: Sequence[Comment], groups: Collection[str] | None = None) -> FeatureRows:
    """Return one sparse row per comment over `DIMENSION` places, in the order of the comments."""
    features = extract(comments, groups)
    size = len(comments)
    rows, indices, values = [], [], []
    for found in features.occurrences:
        for row in range(size):
            block = found.indices[:, found.begin[row] : found.end[row]].ravel()
            rows.append(np.full(len(block), row))
            indices.append(block)
            values.append(np.full(len(block), found.scale[row], np.float32))
    dense_row, dense_place = np.nonzero(features.dense)
    rows.append(dense_row)
    indices.append(dense_place + BUCKETS)
    values.append(features.dense[dense_row, dense_place])
    owner = np.concatenate(rows)
    order = np.argsort(owner, kind="stable")
    return FeatureRows(
        np.concatenate(indices)[order].astype(np.int32),
        np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=size))]).astype(np.int64),
        np.concatenate(values)[order],
    )


def _gram_occurrences(reading: Reading) -> list[Occurrences]:
    """Hash the byte n-grams of content, name and URL; each begins one byte before its text."""
    if not reading.rows:
        return []
    spans = [reading.span(part) for part, _ in _GRAM_PARTS]
    size = int(spans[-1][1][-1])
    salts = np.empty(size, np.uint32)
    for (begin, end), (_, group) in zip(spans, _GRAM_PARTS, strict=True):
        salts[begin[0] - 1 : end[-1]] = salt(group)
    salts[: spans[0][0][0]] = salt("grams")
    buckets = bucket(gram_hashes(reading.batch.data[:size], salts))
    found = []
    for (begin, end), (part, group) in zip(spans, _GRAM_PARTS, strict=True):
        length = end - begin
        scale = _GRAM_WEIGHT[group] / np.sqrt(ORDERS * (length + 1.0))
        found.append(
            Occurrences(
                group,
                part,
                buckets,
                np.where(length > 0, begin - 1, begin),
                end,
                scale.astype(np.float32),
            )
        )
    return found


def _word_occurrences(reading: Reading) -> list[Occurrences]:
    """Hash words and pairs of neighbouring words of the content, and words of the name."""
    words = reading.words
    pairs = pair_hashes(words.hashes[:-1], words.hashes[1:])
    found = []
    for group, part, hashes, reach in (
        ("words", Part.CONTENT, words.hashes, 1),
        ("pairs", Part.CONTENT, pairs, 2),
        ("name", Part.NAME, words.hashes, 1),
    ):
        first, last = reading.word_span(part)
        count = np.maximum(last - first - (reach - 1), 0)
        scale = _WORD_WEIGHT[group] / np.sqrt(np.maximum(count, 1))
        low = int(first[0]) if len(first) else 0
        high = max(int(last[-1]) - (reach - 1), low) if len(last) else 0
        hashed = (hashes[low:high] ^ np.uint64(salt(group + "/words"))).astype(np.uint32)
        found.append(
            Occurrences(
                group,
                part,
                bucket(hashed)[np.newaxis],
                first - low,
                first - low + count,
                scale.astype(np.float32),
                words.start[low:high],
                words.end[low + reach - 1 : high + reach - 1],
            )
        )
    return found
