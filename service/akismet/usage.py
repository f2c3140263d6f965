"""How much a site used, as Akismet's clients show it to their owners."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from service.clock import microseconds
from service.store.akismet import Usage

CountBetween = Callable[[int, int], Usage]
MONTHS: Final = {"60-days": 2, "6-months": 6, "all": 24}


def month_of(text: str | None, today: datetime) -> datetime:
    """Return the first moment of the month `YYYY-MM`, or of this month."""
    try:
        month = datetime.strptime(text or "", "%Y-%m").replace(tzinfo=UTC)
        month_after(month)  # none comes after the last that Python knows
    except ValueError:
        return datetime(today.year, today.month, 1, tzinfo=UTC)
    return month


def month_after(month: datetime, count: int = 1) -> datetime:
    """Return the first moment of the month that is `count` months later, or earlier."""
    number = month.year * 12 + month.month - 1 + count
    return month.replace(year=number // 12, month=number % 12 + 1)


def usage_in(month: datetime, count: CountBetween) -> Usage:
    """Count one month."""
    return count(microseconds(month), microseconds(month_after(month)))


def site_row(site: str, usage: Usage) -> dict[str, Any]:
    """Return what `key-sites` says of one site."""
    return {
        "site": site,
        "api_calls": usage.checked,
        "spam": usage.spam,
        "ham": usage.ham,
        "missed_spam": usage.missed_spam,
        "false_positives": usage.false_positives,
        "is_revoked": False,
    }


def sites_json(month: datetime, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the answer to `key-sites`: the month's bucket is a list."""
    return {f"{month:%Y-%m}": list(rows), "limit": 500, "offset": 0, "total": len(rows)}


def sites_csv(key: str, month: datetime, rows: Sequence[dict[str, Any]]) -> str:
    """Return the same as CSV, under the two lines that clients skip."""
    file = io.StringIO()
    file.write(
        f"Active sites for {key} during {month:%Y-%m} (limit:500, offset: 0, total: {len(rows)})\n"
    )
    file.write("Site,Total API Calls,Spam,Ham,Missed Spam,False Positives,Is Revoked\n")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows(
        [str(value).lower() if value is False else value for value in row.values()] for row in rows
    )
    return file.getvalue()


def stats(period: str | None, today: datetime, count: CountBetween) -> dict[str, Any]:
    """Return the answer to `get-stats`: the sum of the months, and each of them."""
    this_month = month_of(None, today)
    months = [month_after(this_month, -back) for back in range(MONTHS.get(period or "", 6))]
    counted = {f"{month:%Y-%m}": usage_in(month, count) for month in reversed(months)}
    total = Usage(
        sum(one.spam for one in counted.values()),
        sum(one.ham for one in counted.values()),
        sum(one.missed_spam for one in counted.values()),
        sum(one.false_positives for one in counted.values()),
    )
    breakdown = {
        name: _counts(usage) | {"blogs": 1, "da": f"{name}-01"} for name, usage in counted.items()
    }
    # Three seconds is what a person needs to see and delete an obvious one.
    return _counts(total) | {"time_saved": 3 * total.spam, "breakdown": breakdown}


def _counts(usage: Usage) -> dict[str, Any]:
    return {
        "spam": usage.spam,
        "ham": usage.ham,
        "missed_spam": usage.missed_spam,
        "false_positives": usage.false_positives,
        "accuracy": f"{usage.accuracy:.2f}",
    }
