"""Figures as tables for a terminal."""

from collections.abc import Iterable

from rich.table import Table

from models.bundle import Bundle
from models.thresholds import CertifiedLimit


def bundle_table(bundle: Bundle) -> Table:
    """Show what a bundle promises: each certified limit with its threshold and evidence."""
    table = Table("limit", "threshold", "wrong", "of", "bound", title=f"Bundle {bundle.version}")
    thresholds = bundle.manifest.thresholds
    _add_limits(table, "ham rejected", thresholds.max_ham_rejected)
    _add_limits(table, "spam approved", thresholds.max_spam_approved)
    return table


def _add_limits(table: Table, name: str, limits: Iterable[CertifiedLimit]) -> None:
    for found in limits:
        threshold = "evidence too thin" if found.threshold is None else f"{found.threshold:.5f}"
        table.add_row(
            f"{name} <= {found.limit:.2%}",
            threshold,
            f"{found.errors:,}",
            f"{found.count:,}",
            f"{found.bound:.3%}",
        )
    table.add_section()
