"""Hashed n-grams and words of a whole batch, in a few operations on whole arrays."""

from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

ORDERS = 6
"""Byte n-grams of 1 to 6 bytes."""

BITS = 21
BUCKETS = 1 << BITS
"""Size of the hash table; the reason for it stands in `features.py`."""

_STEP = np.uint32(0x9E3779B1)
_MIX_A = np.uint32(0x85EBCA6B)
_MIX_B = np.uint32(0xC2B2AE35)
# Odd, so it has an inverse modulo 2**64: a word's hash is then a difference of prefix sums.
_BASE = 0x9E3779B97F4A7C15
_UNBASE = pow(_BASE, -1, 1 << 64)
_FOLD = np.uint64(0xD6E8FEB86659FD93)

_WORD_BYTES = np.zeros(256, bool)
_WORD_BYTES[[*range(48, 58), *range(97, 123), 95, *range(128, 256)]] = True


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a batch in order: first byte, byte after the last, hash of each."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    hashes: NDArray[np.uint64]


def bucket(hashes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Spread 32-bit hashes over the table (the finaliser of MurmurHash3, then the high bits)."""
    mixed = hashes ^ (hashes >> np.uint32(15))
    mixed *= _MIX_A
    mixed ^= mixed >> np.uint32(13)
    mixed *= _MIX_B
    mixed >>= np.uint32(32 - BITS)
    return mixed.astype(np.int64)


def salt(name: str) -> int:
    """Return a 32-bit number that keeps one group's hashes apart from another's."""
    return crc32(name.encode()) | 1


def gram_hashes(data: NDArray[np.uint8], salts: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Hash the n-grams that begin at each byte: one row for each order, 1 to `ORDERS`.

    `salts` has one number for each byte. The last n-grams see zeros beyond the end.
    """
    size = len(data)
    padded = np.zeros(size + ORDERS, np.uint32)
    padded[:size] = data
    padded += np.uint32(1)
    hashes = np.empty((ORDERS, size), np.uint32)
    np.add(salts, padded[:size], out=hashes[0])
    for order in range(1, ORDERS):
        np.multiply(hashes[order - 1], _STEP, out=hashes[order])
        hashes[order] += padded[order : order + size]
    return hashes


def find_words(data: NDArray[np.uint8]) -> Words:
    """Find the runs of letters, digits and bytes beyond ASCII, and hash each."""
    inside = np.zeros(len(data) + 2, np.int8)
    inside[1:-1] = _WORD_BYTES[data]
    edges = np.diff(inside)
    start, end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return Words(start, end, span_hashes(data, start, end))


def span_hashes(
    data: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Hash the bytes from `start` to `end` of each span (polynomial, modulo 2**64, then mixed)."""
    powers, inverses = _powers(1 << max(10, len(data).bit_length()))
    prefix = np.zeros(len(data) + 1, np.uint64)
    np.cumsum((data.astype(np.uint64) + np.uint64(1)) * powers[: len(data)], out=prefix[1:])
    hashes = (prefix[end] - prefix[start]) * inverses[start]
    return mix(hashes)


def mix(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Let every bit of a 64-bit hash bear on the low ones."""
    hashes = (hashes ^ (hashes >> np.uint64(32))) * _FOLD
    return hashes ^ (hashes >> np.uint64(32))


def pair_hashes(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Hash ordered pairs of words."""
    return mix(first * np.uint64(3) + second)


@lru_cache(maxsize=4)
def _powers(size: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the powers of the base and of its inverse, modulo 2**64."""
    tables = []
    for base in (_BASE, _UNBASE):
        factors = np.full(size, base, np.uint64)
        factors[0] = 1
        tables.append(np.cumprod(factors, dtype=np.uint64))
    return tables[0], tables[1]
