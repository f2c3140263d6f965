"""When a delivery that failed is tried again."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

MINUTE: Final = 60.0
HOUR: Final = 3600.0
# Twelve tries after the first one, over four and a half days: a weekend of a dead server is no loss.
DELAYS: Final = (
    5.0, 30.0, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE,
    HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR, 24 * HOUR,
)  # fmt: skip
JITTER: Final = 0.2
# An endpoint that failed is left alone for a moment, so that what waits for it does not queue up
# behind time-outs; never so long that a receiver that is back waits for its news.
LONGEST_PAUSE: Final = MINUTE
LONGEST_RETRY_AFTER: Final = 24 * HOUR
# An endpoint that nothing reached for so long is disabled.
DEAD_AFTER: Final = 5 * 24 * HOUR


def delay(attempts: int, chance: float, retry_after: float | None = None) -> float | None:
    """Return the seconds until the next try after `attempts` of them; None when it was the last.

    `chance` (0 to 1) spreads it by a fifth either way. A receiver that says when to come back is
    obeyed, up to a day.
    """
    if attempts > len(DELAYS):
        return None
    seconds = DELAYS[attempts - 1] * (1 - JITTER + 2 * JITTER * chance)
    return max(seconds, min(retry_after or 0.0, LONGEST_RETRY_AFTER))


def pause(failures: int, chance: float, retry_after: float | None = None) -> float:
    """Return the seconds for which an endpoint is left alone after failures in a row."""
    usual = DELAYS[min(failures, len(DELAYS)) - 1] * (1 - JITTER + 2 * JITTER * chance)
    asked = min(retry_after or 0.0, LONGEST_RETRY_AFTER)
    return max(min(usual, LONGEST_PAUSE), asked)


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header: seconds, or a date; None when it says neither."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
