"""Times as we store and show them."""

import time
from datetime import UTC, datetime

Clock = type(time.time_ns)


def now() -> int:
    """Return microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def iso(microseconds: int) -> str:
    """Write a stored time as RFC 3339 in UTC."""
    moment = datetime.fromtimestamp(microseconds / 1_000_000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def microseconds(moment: datetime) -> int:
    """Return a moment as we store it."""
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond
