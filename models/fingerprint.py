"""Texts that are the same, or nearly: an exact key and a MinHash sketch (Broder 1997)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# 5 bands of 4: two texts sharing 80 % of their shingles meet with probability 0.93, two sharing
# 5 % with 3e-5.
BANDS: Final = 5
ROWS: Final = 4
SHINGLE: Final = 8
# Shorter texts ("Great post!") are near to too much; they are only compared exactly.
SHORTEST: Final = 40
ALIKE: Final = 0.6

_MULTIPLIERS: Final = np.random.default_rng(20261122).integers(
    1, 2**63, BANDS * ROWS, dtype=np.uint64
) | np.uint64(1)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a text to find it again."""

    key: int
    """64 bits, signed: equal for texts that differ in case and white space only."""
    bands: tuple[int, ...]
    """64 bits each, signed; near texts share at least one. Empty for short texts."""
    sketch: bytes
    """20 16-bit minima; empty for short texts."""


def fingerprints(texts: Sequence[str], scope: str = "") -> list[Fingerprint]:
    """Return one fingerprint per text; texts of different scopes never meet."""
    squeezed = [
        " ".join(text.casefold().split()).encode("utf-8", "surrogatepass") for text in texts
    ]
    salt = hashlib.blake2b(scope.encode(), digest_size=16).digest()
    keyed = hashlib.blake2b(digest_size=8, key=salt)
    sketches = iter(_sketches([text for text in squeezed if len(text) >= SHORTEST]))
    return [
        _fingerprint(text, next(sketches) if len(text) >= SHORTEST else None, keyed)
        for text in squeezed
    ]


def likeness(one: bytes, other: bytes) -> float:
    """Return the estimated share of shingles that two sketched texts have in common, 0 to 1."""
    if not one or len(one) != len(other):
        return 0.0
    equal = np.frombuffer(one, np.uint16) == np.frombuffer(other, np.uint16)
    return np.count_nonzero(equal) / len(equal)


def _fingerprint(
    text: bytes, sketch: NDArray[np.uint32] | None, keyed: hashlib.blake2b
) -> Fingerprint:
    key = _key(text, keyed)
    if sketch is None:
        return Fingerprint(key, (), b"")
    minima, size = sketch.tobytes(), ROWS * sketch.itemsize
    bands = tuple(
        [
            _key(bytes([band]) + minima[band * size : (band + 1) * size], keyed)
            for band in range(BANDS)
        ]
    )
    return Fingerprint(key, bands, sketch.astype(np.uint16).tobytes())


def _key(data: bytes, keyed: hashlib.blake2b) -> int:
    """Hash with a copy of what knows the key already: half as long as taking the key in again."""
    own = keyed.copy()
    own.update(data)
    return int.from_bytes(own.digest(), "little", signed=True)


def _sketches(texts: Sequence[bytes]) -> NDArray[np.uint32]:
    """Return the minima of 20 multiply-shift hashes over each text's 8-byte shingles: (texts, 20)."""
    if not texts:
        return np.empty((0, BANDS * ROWS), np.uint32)
    data = np.frombuffer(b"".join(texts), np.uint8).astype(np.uint64)
    starts = np.cumsum([0] + [len(text) for text in texts[:-1]])
    twos = data[:-1] | data[1:] << np.uint64(8)
    fours = twos[:-2] | twos[2:] << np.uint64(16)
    shingles = fours[:-4] | fours[4:] << np.uint64(32)
    # Shingles that run over the end of a text belong to none.
    own = np.ones(len(shingles), bool)
    own[(starts[1:, None] - np.arange(1, SHINGLE)).ravel()] = False
    shingles = shingles[own]
    starts -= np.arange(len(texts)) * (SHINGLE - 1)
    minima = np.empty((len(texts), BANDS * ROWS), np.uint32)
    for column, multiplier in enumerate(_MULTIPLIERS):
        # The least product has the least upper half, and that is the hash.
        minima[:, column] = np.minimum.reduceat(shingles * multiplier, starts) >> np.uint64(32)
    return minima
