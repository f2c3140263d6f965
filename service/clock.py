"""Times as we store and show them."""

import time
from datetime import UTC, datetime
from functools import lru_cache

Clock = type(time.time_ns)


def now() -> int:
    """Return microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def iso(microseconds: int) -> str:
    """Write a stored time as RFC 3339 in UTC."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return f"{_second(seconds)}.{rest // 1000:03d}Z"


@lru_cache(maxsize=16)
def _second(seconds: int) -> str:
    """Write a moment to the second; many in a row are of the same one."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def microseconds(moment: datetime) -> int:
    """Return a moment as we store it."""
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond
