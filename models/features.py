"""Features of a comment: everything it says, hashed into one table of weights.

Counts are raw, with one scale for each comment and segment, so that a score is one gather and
one running sum, evidence is exact, and a window costs a subtraction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.comment import Comment
from models.hashing import BUCKETS, ORDERS, bucket, hash_grams, pair_hashes, salt
from models.reading import Part, Reading, read
from models.rows import rows
from models.taste import Weights
from models.traits import TRAITS

FEATURE_SCHEMA = 9
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
)
_WORDS = (
    Segment("words", Part.CONTENT, 1.0),
    Segment("pairs", Part.CONTENT, 0.7),
    Segment("name", Part.NAME, 0.5),
)
_TRAIT_PARTS = {"author_url": Part.URL, "name_traits": Part.NAME, "author": Part.NAME}
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

FITTED: tuple[str, ...] = tuple(group for group in GROUPS if group != "offer")
"""The groups that a fit weighs; the other is weighed by sources that no fit has seen."""

# What a segment weighs in all, shared out over the orders of its n-grams.
_TEXT_WEIGHTS = np.array(
    [[segment.weight / len(ORDERS) ** 0.5] for segment in _GRAMS]
    + [[segment.weight] for segment in _WORDS]
)
SCALED_TRAIT = float(np.float32(_TRAIT_WEIGHT))
"""What each trait counts, in the precision in which rows are scored."""
_GRAM_SALTS = tuple(salt(segment.group) for segment in _GRAMS)
_WORD_SALTS = tuple(np.uint32(salt(f"{segment.group}/words")) for segment in _WORDS)
# An array, as NumPy takes longer to make one of a number than to add it.
_ONE = np.array(1)
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
    n-grams that begin at byte i, one for each of `hashing.ORDERS`. A column each follows for the
    words of the contents, their pairs, the words of the names, and the traits: `singles`. Segment s
    of comment r owns the columns `edges[0, s, r]` to `edges[1, s, r]`, and each counts
    `scale[s, r]`.
    """

    reading: Reading
    places: NDArray[np.int64]
    """The lines of `grams` one after the other, then `singles`."""
    size: int
    edges: NDArray[np.int64]
    scale: NDArray[np.float64]

    @property
    def grams(self) -> NDArray[np.int64]:
        """Places of n-grams: orders by bytes of the batch."""
        return self.places[: len(ORDERS) * self.size].reshape(len(ORDERS), self.size)

    @property
    def singles(self) -> NDArray[np.int64]:
        """Places of words, pairs and traits."""
        return self.places[len(ORDERS) * self.size :]

    @property
    def begin(self) -> NDArray[np.int64]:
        """First columns: segments by comments."""
        first: NDArray[np.int64] = self.edges[0]
        return first

    @property
    def end(self) -> NDArray[np.int64]:
        """One past the last columns: segments by comments."""
        last: NDArray[np.int64] = self.edges[1]
        return last

    def weigh(self, table: Weights) -> NDArray[np.float64]:
        """Return the running sum of the columns' weights, with a zero in front."""
        size, grams = self.size, len(ORDERS) * self.size
        weights = table.take(self.places, mode="clip")
        running = np.empty(len(weights) - grams + size + 1)
        running[0] = 0
        by_order = weights[:grams].reshape(len(ORDERS), size)
        np.add.reduce(by_order, axis=0, out=running[1 : size + 1])
        running[size + 1 :] = weights[grams:]
        # The method `cumsum` takes 0.6 µs longer, one hundredth of a short comment.
        return np.add.accumulate(running, out=running)

    def shares(self, running: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each segment adds to each comment's logit: segments by comments."""
        sums: NDArray[np.float64] = running.take(self.edges)
        shares: NDArray[np.float64] = sums[1] - sums[0]
        shares *= self.scale
        return shares


def extract(comments: Sequence[Comment], groups: Collection[str] | None = None) -> Features:
    """Compute the features of a batch; with `groups`, only those."""
    if groups is not None and (unknown := set(groups).difference(GROUPS)):
        raise ValueError(f"Unknown feature groups {sorted(unknown)}; there are {list(GROUPS)}.")
    reading = read(comments)
    columns = _single_columns(reading)
    size, first_trait = columns[0], columns[-1]
    traits, bounds = _hash_traits(reading, first_trait)
    lines = len(ORDERS)
    grams, singles = lines * size, (lines - 1) * size + first_trait
    hashes = np.empty(singles + len(traits), np.uint32)
    _salt_grams(reading, hashes[:size])
    hash_grams(reading.batch.data, hashes[:grams].reshape(lines, size))
    _hash_words(reading, columns, hashes[grams:singles])
    hashes[singles:] = traits
    edges = _segment_columns(reading, columns, bounds)
    return Features(reading, bucket(hashes), size, edges, _scale(edges, groups))


def featurise(comments: Sequence[Comment], groups: Collection[str] | None = None) -> FeatureRows:
    """Return one sparse row per comment over `DIMENSION` places, in the order of the comments."""
    starts = range(0, len(comments), _CHUNK) or range(1)
    chunks = [
        rows_of(extract(comments[start : start + _CHUNK], groups), groups) for start in starts
    ]
    sizes = np.concatenate([np.diff(chunk.indptr) for chunk in chunks])
    return FeatureRows(
        np.concatenate([chunk.indices for chunk in chunks]),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.concatenate([chunk.values for chunk in chunks]),
    )


def rows_of(features: Features, groups: Collection[str] | None = None) -> FeatureRows:
    """Return the features of a batch as sparse rows; with `groups`, those alone."""
    size, comments = features.size, features.reading.comments
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
            owner = np.repeat(owner, len(ORDERS))
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


def _salt_grams(reading: Reading, salts: NDArray[np.uint32]) -> None:
    """Write for each byte the salt of the text it belongs to: contents, then names."""
    if len(salts):
        names = int(reading.spans[0, Part.NAME, 0]) - 1
        salts[:names], salts[names:] = _GRAM_SALTS


def _single_columns(reading: Reading) -> tuple[int, int, int, int]:
    """Return the first columns of the contents' words, of their pairs, of the names' and of traits."""
    if not len(reading.comments):
        return 0, 0, 0, 0
    size, last = int(reading.spans[1, Part.NAME, -1]), reading.numbers[1]
    contents, named = int(last[0, -1]), int(last[1, -1])
    pair = size + contents
    name = pair + max(contents - 1, 0)
    return size, pair, name, name + named - contents


def _hash_words(
    reading: Reading, columns: tuple[int, int, int, int], out: NDArray[np.uint32]
) -> None:
    """Hash the words of contents, their pairs, then the words of names."""
    contents, name, trait = (column - columns[0] for column in columns[1:])
    own, pairs = reading.words.hashes[:contents], out[contents:name]
    np.bitwise_xor(own, _WORD_SALTS[0], out=out[:contents])
    pair_hashes(own, pairs)
    pairs ^= _WORD_SALTS[1]
    if trait > name:
        names = reading.words.hashes[contents : contents + trait - name]
        np.bitwise_xor(names, _WORD_SALTS[2], out=out[name:])


def _hash_traits(reading: Reading, first: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Hash every comment's traits; return also the columns where groups end, comments by groups.

    The first trait of all stands in column `first`.
    """
    hashes: list[int] = []
    bounds = [first]
    finders = tuple(TRAITS.values())
    for row in rows(reading):
        for find in finders:
            hashes += find(row)
            bounds.append(first + len(hashes))
    return np.array(hashes, np.int64), np.array(bounds)


def _segment_columns(
    reading: Reading, columns: tuple[int, int, int, int], bounds: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the first column of each segment of each comment, and the one after its last."""
    spans, numbers = reading.spans, reading.numbers
    size, pair, name, _ = columns
    edges = np.empty((2, len(SEGMENTS), len(reading.comments)), np.int64)
    begin, end = edges[0], edges[1]
    edges[:, :2] = spans[:, :2]
    edges[:, 2:4] = numbers[:, :1]
    edges[:, 4] = numbers[:, 1]
    # The names' words are numbered on from the contents'.
    edges[:, 2:5] += np.array([[size], [pair], [name - pair + size]])
    begin[5:] = bounds[:-1].reshape(-1, len(TRAITS)).T
    end[5:] = bounds[1:].reshape(-1, len(TRAITS)).T
    # An n-gram that begins one byte before a text knows that the text begins there.
    begin[:2] -= np.minimum(end[:2] - begin[:2], _ONE)
    np.maximum(end[3] - _ONE, begin[3], out=end[3])
    return edges


def _scale(edges: NDArray[np.int64], groups: Collection[str] | None) -> NDArray[np.float64]:
    """Return what a column counts: texts of any length weigh the same, each trait for itself."""
    scale = np.empty(edges.shape[1:])
    scale.fill(SCALED_TRAIT)
    count = edges[1, :5] - edges[0, :5]
    np.maximum(count, _ONE, out=count)
    # Rounded to single precision, as in the rows that training reads.
    scale[:5] = (_TEXT_WEIGHTS / np.sqrt(count)).astype(np.float32)
    if groups is not None:
        scale[[segment.group not in groups for segment in SEGMENTS]] = 0
    return scale
