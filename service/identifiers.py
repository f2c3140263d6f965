"""Ids that sort by time and never go backwards, whatever the clock does."""

import os
import threading
import time
from typing import Final

# Crockford's base 32: no I, L, O or U, so an id can be read out over the telephone.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS: Final = tuple(high + low for high in ALPHABET for low in ALPHABET)
LENGTH: Final = 26
RANDOM_BYTES: Final = 10
# Random bytes are fetched for so many ids at once: each fetch gives the interpreter's lock away, and
# the event loop then waits until the thread that decides gives it back.
FETCHED: Final = 512


def is_identifier(text: str) -> bool:
    """Tell whether a text from outside can be one of our ids."""
    return len(text) == LENGTH and text.isascii() and text.isalnum()


class IdentifierSource:
    """Makes ULIDs (48 bits of milliseconds, 80 random bits), ascending within one process."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()
        self._random = b""

    def __call__(self) -> str:
        """Return the next id: 26 characters, greater than every one before it."""
        with self._lock:
            if not self._random:
                self._random = os.urandom(RANDOM_BYTES * FETCHED)
            drawn = int.from_bytes(self._random[-RANDOM_BYTES:])
            self._random = self._random[:-RANDOM_BYTES]
            fresh = time.time_ns() // 1_000_000 << 80 | drawn
            self._last = fresh if fresh > self._last else self._last + 1
            return encode(self._last)


def encode(number: int) -> str:
    """Write a 128-bit number as 26 base-32 characters, most significant first."""
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
