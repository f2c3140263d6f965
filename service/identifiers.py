"""Ids that sort by time and never go backwards, whatever the clock does."""

import secrets
import threading
import time
from typing import Final

# Crockford's base 32: no I, L, O or U, so an id can be read out over the telephone.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS: Final = tuple(high + low for high in ALPHABET for low in ALPHABET)
LENGTH: Final = 26


def is_identifier(text: str) -> bool:
    """Tell whether a text from outside can be one of our ids."""
    return len(text) == LENGTH and text.isascii() and text.isalnum()


class IdentifierSource:
    """Makes ULIDs (48 bits of milliseconds, 80 random bits), ascending within one process."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def __call__(self) -> str:
        """Return the next id: 26 characters, greater than every one before it."""
        fresh = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
        with self._lock:
            self._last = fresh if fresh > self._last else self._last + 1
            return encode(self._last)


def encode(number: int) -> str:
    """Write a 128-bit number as 26 base-32 characters, most significant first."""
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
