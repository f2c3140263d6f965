"""Features of a comment: everything it says, hashed into one table of weights.

Counts are raw, with one scale for each comment and segment, so that a score is one gather and
one running sum, evidence is exact, and a window costs a subtraction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.comment import Comment
from models.hashing import BUCKETS, ORDERS, bucket, gram_hashes, pair_hashes, salt
from models.reading import Part, Reading, read
from models.rows import rows
from models.traits import TRAITS

FEATURE_SCHEMA = 2
"""Changes whenever a feature changes its place or meaning; a bundle fits one schema only."""

DIMENSION = BUCKETS
"""Places in the weight table."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Features that are scaled together, once for each comment.

    The text they are read off is `part`; `placed` when each stands at bytes of it. A comment's
    segment has Euclidean length `weight` when all its features differ.
    """

    group: str
    part: Part
    weight: float
    placed: bool = True


_GRAMS = (
    Segment("grams", Part.CONTENT, 1.0),
    Segment("name", Part.NAME, 0.7),
    Segment("url", Part.URL, 0.5),
)
_WORDS = (
    Segment("words", Part.CONTENT, 1.0),
    Segment("pairs", Part.CONTENT, 0.7),
    Segment("name", Part.NAME, 0.5),
)
_TRAIT_PARTS = {"author_url": Part.URL, "name_traits": Part.NAME}
# Each trait counts this much: a few strong ones weigh as much as the text.
_TRAIT_WEIGHT = 0.35
_TRAITS = tuple(
    Segment(group, _TRAIT_PARTS.get(group, Part.CONTENT), _TRAIT_WEIGHT, placed=False)
    for group in TRAITS
)

SEGMENTS = (*_GRAMS, *_WORDS, *_TRAITS)
"""The segments of every comment, in order."""

WORD_SEGMENT = len(_GRAMS)
"""The first segment whose columns are words instead of bytes."""

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(segment.group for segment in SEGMENTS))
"""The named groups of features, for leaving one out."""

_GRAM_SALTS = tuple(salt(segment.group) for segment in _GRAMS)
_WORD_SALTS = tuple(np.uint64(salt(f"{segment.group}/words")) for segment in _WORDS)
# Rows hashed at once in training: more is no faster.
_CHUNK = 512


@dataclass(frozen=True, slots=True)
class FeatureRows:
    """Rows of features as a compressed sparse matrix; repeated places in a row add up."""

    indices: NDArray[np.int32]
    indptr: NDArray[np.int64]
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Features:
    """A batch's features before they are weighed, in columns.

    The first columns are the bytes of the batch: column i of `grams` holds the places of the
    n-grams of 1 to 6 bytes that begin at byte i. A column each follows for the words, the pairs
    of words and the traits: `singles`. Words and pairs cover bytes `start` to `stop`. Segment s of
    comment r owns the columns `begin[s, r]` to `end[s, r]`, and each counts `scale[s, r]`.
    """

    reading: Reading
    grams: NDArray[np.int64]
    singles: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    scale: NDArray[np.float64]

    def weigh(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the running sum of the columns' weights, with a zero in front."""
        size = self.grams.shape[1]
        running = np.empty(size + len(self.singles) + 1)
        running[0] = 0
        table.take(self.grams, mode="clip").sum(axis=0, out=running[1 : size + 1])
        running[size + 1 :] = table.take(self.singles, mode="clip")
        return running.cumsum(out=running)

    def shares(self, running: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each segment adds to each comment's logit: segments by comments."""
        return (running.take(self.end) - running.take(self.begin)) * self.scale


def extract(comments: Sequence[Comment], groups: Collection[str] | None = None) -> Features:
    """Compute the features of a batch; with `groups`, only those."""
    if groups is not None and (unknown := set(groups).difference(GROUPS)):
        raise ValueError(f"Unknown feature groups {sorted(unknown)}; there are {list(GROUPS)}.")
    reading = read(comments)
    grams = _hash_grams(reading)
    words, start, stop = _hash_words(reading)
    traits, bounds = _hash_traits(reading)
    singles = bucket(np.concatenate([words, traits]))
    begin, end = _segment_columns(reading, grams.shape[1], bounds + len(words))
    return Features(reading, grams, singles, start, stop, begin, end, _scale(begin, end, groups))


def featurise(comments: Sequence[Comment], groups: Collection[str] | None = None) -> FeatureRows:
    """Return one sparse row per comment over `DIMENSION` places, in the order of the comments."""
    starts = range(0, len(comments), _CHUNK) or range(1)
    chunks = [_featurise_chunk(comments[start : start + _CHUNK], groups) for start in starts]
    sizes = np.concatenate([np.diff(chunk.indptr) for chunk in chunks])
    return FeatureRows(
        np.concatenate([chunk.indices for chunk in chunks]),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.concatenate([chunk.values for chunk in chunks]),
    )


def _featurise_chunk(comments: Sequence[Comment], groups: Collection[str] | None) -> FeatureRows:
    features = extract(comments, groups)
    size = features.grams.shape[1]
    owners, indices, values = [], [], []
    for number, segment in enumerate(SEGMENTS):
        if groups is not None and segment.group not in groups:
            continue
        begin, end = features.begin[number], features.end[number]
        count = end - begin
        owner = np.repeat(np.arange(len(comments)), count)
        columns = np.arange(len(owner)) + np.repeat(begin - count.cumsum() + count, count)
        if number < len(_GRAMS):
            indices.append(features.grams[:, columns].T.ravel())
            owner = np.repeat(owner, ORDERS)
        else:
            indices.append(features.singles[columns - size])
        owners.append(owner)
        values.append(features.scale[number].astype(np.float32)[owner])
    owner = np.concatenate(owners)
    order = np.argsort(owner.astype(np.uint16), kind="stable")
    return FeatureRows(
        np.concatenate(indices)[order].astype(np.int32),
        np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(comments)))]),
        np.concatenate(values)[order],
    )


def _hash_grams(reading: Reading) -> NDArray[np.int64]:
    """Hash the byte n-grams of contents, names and URLs; other texts have none."""
    size = int(reading.end[Part.URL, -1]) if len(reading.comments) else 0
    salts = np.empty(size, np.uint32)
    if size:
        edges = [0, *(int(reading.begin[part, 0]) - 1 for part in (Part.NAME, Part.URL)), size]
        for number, gram_salt in enumerate(_GRAM_SALTS):
            salts[edges[number] : edges[number + 1]] = gram_salt
    return bucket(gram_hashes(reading.batch.data[:size], salts))


def _hash_words(
    reading: Reading,
) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
    """Hash words and pairs of contents, then words of names; return also the bytes they cover."""
    words = reading.words
    contents, named = _word_counts(reading)
    own = words.hashes[:contents]
    hashes = np.concatenate(
        [
            own ^ _WORD_SALTS[0],
            pair_hashes(own[:-1], own[1:]) ^ _WORD_SALTS[1],
            words.hashes[contents:named] ^ _WORD_SALTS[2],
        ]
    )
    start = np.concatenate(
        [words.start[:contents], words.start[: max(contents - 1, 0)], words.start[contents:named]]
    )
    stop = np.concatenate([words.end[:contents], words.end[1:contents], words.end[contents:named]])
    return hashes.astype(np.uint32), start, stop


def _word_counts(reading: Reading) -> tuple[int, int]:
    """Return the numbers after the last word of the contents and of the names."""
    if not len(reading.comments):
        return 0, 0
    return int(reading.last[Part.CONTENT, -1]), int(reading.last[Part.NAME, -1])


def _hash_traits(reading: Reading) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Hash every comment's traits; return also where each group's end, comments by groups."""
    hashes: list[int] = []
    bounds = [0]
    for row in rows(reading):
        for find in TRAITS.values():
            hashes += find(row)
            bounds.append(len(hashes))
    return np.array(hashes, np.int64).astype(np.uint32), np.array(bounds)


def _segment_columns(
    reading: Reading, size: int, bounds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first column of each segment of each comment, and the one after its last."""
    contents, _ = _word_counts(reading)
    begin = np.empty((len(SEGMENTS), len(reading.comments)), np.int64)
    end = np.empty_like(begin)
    grams, words, traits = slice(0, 3), slice(3, 6), slice(6, None)
    begin[grams], end[grams] = reading.begin[:3], reading.end[:3]
    # An n-gram that begins one byte before a text knows that the text begins there.
    begin[grams] -= begin[grams] < end[grams]
    first, last = reading.first[[0, 0, 1]], reading.last[[0, 0, 1]]
    # Pairs follow the contents' words, one fewer; names follow both.
    shift = size + np.array([[0], [contents], [max(contents - 1, 0)]])
    begin[words], end[words] = first + shift, last + shift
    end[4] -= begin[4] < end[4]
    edges = bounds + size
    begin[traits] = edges[:-1].reshape(-1, len(TRAITS)).T
    end[traits] = edges[1:].reshape(-1, len(TRAITS)).T
    return begin, end


def _scale(
    begin: NDArray[np.int64], end: NDArray[np.int64], groups: Collection[str] | None
) -> NDArray[np.float64]:
    """Return what a column counts: texts of any length weigh the same, each trait for itself."""
    wanted = [groups is None or segment.group in groups for segment in SEGMENTS]
    weight = np.array([segment.weight for segment in SEGMENTS]) * wanted
    count = np.maximum(end - begin, 1)
    count[:3] *= ORDERS
    count[6:] = 1
    # Single precision, as the rows that training reads.
    scale: NDArray[np.float32] = (weight[:, np.newaxis] / np.sqrt(count)).astype(np.float32)
    return scale.astype(np.float64)
