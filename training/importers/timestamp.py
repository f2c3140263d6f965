"""When a comment was written, from each source's form to one: ISO 8601, UTC, whole seconds."""

from datetime import UTC, datetime


def from_text(text: str | None) -> str | None:
    """Read ISO 8601 or SQL time; without an offset it counts as UTC; None if it is no time.

    WordPress writes `0000-00-00 00:00:00` for 'unknown': no time.
    """
    try:
        moment = datetime.fromisoformat((text or "").strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return None


def from_epoch(seconds: float | None) -> str | None:
    """Read seconds since 1970; None if there are none or they are out of range."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None
