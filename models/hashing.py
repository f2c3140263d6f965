"""Hashed n-grams and words of a whole batch, in a few operations on whole arrays."""

from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

ORDERS = (2, 4, 6)
"""Bytes of an n-gram. With one blog left out at a time these do as well as all of 1 to 6
(mean ROC AUC 0.978 on nine blogs either way), at half the time."""

BITS = 21
BUCKETS = 1 << BITS
"""Size of the hash table: 4 MB of half-precision weights. With half of it, spam caught at 0.5 % of
ham lost fell from 68 to 66 % on nine blogs left out in turn."""

_ONES = np.uint32(0x101)
_STEP = np.uint32(0x9E3779B1)
_SPREAD = np.uint32(0x85EBCA6B)
_SHIFT = np.uint32(32 - BITS)
# Odd, so it has an inverse modulo 2**32: a word's hash is then a difference of prefix sums.
_BASE = 0x7F4A7C15
_UNBASE = pow(_BASE, -1, 1 << 32)
_BASE_PAIR = np.uint32(0x6659FD93)

_WORD_BYTES = np.zeros(256, bool)
_WORD_BYTES[[*range(48, 58), *range(97, 123), 95, *range(128, 256)]] = True


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a batch in order: first byte, byte after the last, hash of each."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    hashes: NDArray[np.uint32]


def bucket(hashes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Spread 32-bit hashes over the table, in place: multiply and keep the high bits.

    Dietzfelbinger and others, "A reliable randomized algorithm for the closest-pair problem", 1997.
    """
    hashes *= _SPREAD
    hashes >>= _SHIFT
    return hashes.astype(np.int64)


def salt(name: str) -> int:
    """Return a 32-bit number that keeps one group's hashes apart from another's."""
    return crc32(name.encode()) | 1


def hash_grams(data: NDArray[np.uint8], out: NDArray[np.uint32]) -> None:
    """Hash the n-grams that begin at each byte: a line of `out` for each of `ORDERS`.

    The first line holds a salt for each byte. `data` goes on for the longest n-gram beyond them.
    """
    size = out.shape[1]
    # Every two bytes that stand together, as one number; no byte counts zero.
    overlapping = np.ndarray(size + ORDERS[-1] - 1, ">u2", data, strides=(1,))
    twos = overlapping.astype(np.uint32)
    twos += _ONES
    out[0] += twos[:size]
    for line in range(1, len(ORDERS)):
        np.multiply(out[line - 1], _STEP, out=out[line])
        out[line] += twos[ORDERS[line] - 2 : ORDERS[line] - 2 + size]


def find_words(data: NDArray[np.uint8]) -> Words:
    """Find the runs of letters, digits and bytes beyond ASCII, and hash each.

    The first and the last byte must be of neither kind.
    """
    inside = _WORD_BYTES.take(data)
    edges = (inside[1:] != inside[:-1]).nonzero()[0]
    powers, inverses = _powers(1 << max(10, len(data).bit_length()))
    # Polynomial in the base, modulo 2**32: a difference of prefix sums, moved to the origin.
    sums = data * powers[: len(data)]
    np.add.accumulate(sums, out=sums)
    prefixes = sums.take(edges)
    hashes = prefixes[1::2] - prefixes[::2]
    edges += 1
    start, end = edges[::2], edges[1::2]
    hashes *= inverses.take(start)
    return Words(start, end, hashes)


def pair_hashes(hashes: NDArray[np.uint32], out: NDArray[np.uint32]) -> None:
    """Hash each word together with the one after it, in that order: one fewer than words."""
    np.multiply(hashes[:-1], _BASE_PAIR, out=out)
    out += hashes[1:]


@lru_cache(maxsize=4)
def _powers(size: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the powers of the base and of its inverse, modulo 2**32."""
    tables = []
    for base in (_BASE, _UNBASE):
        factors = np.full(size, base, np.uint32)
        factors[0] = 1
        tables.append(np.cumprod(factors, dtype=np.uint32))
    return tables[0], tables[1]
