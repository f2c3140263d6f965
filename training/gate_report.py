"""What the gate found: a table for a terminal, JSON for the service, one HTML page for a browser."""

from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from rich.table import Table

from models.bundle import Bundle
from training.gate import Check, Contest
from training.gate_plots import calibration_curves, roc_corners, svg, what_changed
from training.learnt_from import learnt_from

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;margin:1em 0}td,th{padding:.2em .7em;text-align:left}"
    "tr:nth-child(even){background:#f4f4f4}.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(26em,1fr));gap:1em}"
    ".plots svg{width:100%;height:auto}"
    ".passed{color:#165c2b}.refused{color:#a11212}"
)


def gate_json(incumbent: str, candidate: str, checks: Sequence[Check]) -> dict[str, Any]:
    """Return what the service reads."""
    return {
        "incumbent": incumbent,
        "candidate": candidate,
        "passed": all(check.passed for check in checks),
        "checks": [asdict(check) for check in checks],
    }


def gate_table(candidate: str, checks: Sequence[Check]) -> Table:
    """Show every check, the refusals marked."""
    title = f"{headline(checks)}: {candidate}"
    table = Table("check", "", "what was found", title=title)
    for check in checks:
        table.add_row(check.name, "ok" if check.passed else "REFUSED", check.reason)
    return table


def headline(checks: Sequence[Check]) -> str:
    """Return in one word what came of it."""
    return "Passed" if all(check.passed for check in checks) else "Refused"


def write_gate_report(
    path: Path, candidate: Bundle | None, checks: Sequence[Check], contest: Contest | None
) -> None:
    """Write the page; the first screen says what came of it and why. Overwrites an older one."""
    passed = all(check.passed for check in checks)
    name = "a bundle that can't be used" if candidate is None else candidate.version
    title = f"{headline(checks)}: {name}"
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        f"<h1 class={'passed' if passed else 'refused'}>{escape(title)}</h1>",
        _why(checks),
        _table([(c.name, "ok" if c.passed else "refused", c.reason) for c in checks]),
    ]
    if contest is not None:
        parts.append(_doubted(contest))
        plots = (roc_corners, calibration_curves, what_changed)
        parts.append(f"<div class=plots>{''.join(svg(draw, contest) for draw in plots)}</div>")
    if candidate is not None and candidate.manifest.parent is not None:
        parts.append(_labels(candidate))
    path.write_text("\n".join(parts), encoding="utf-8")


def _why(checks: Sequence[Check]) -> str:
    failed = [check for check in checks if not check.passed]
    if not failed:
        return "<p>It may take over: every check is passed.</p>"
    items = "".join(f"<li>{escape(c.name)}: {escape(c.reason)}</li>" for c in failed)
    return f"<p>It may not take over; the incumbent stays.</p><ul>{items}</ul>"


def _doubted(contest: Contest) -> str:
    rows = [
        (one.comment, "spam" if one.is_spam else "ham", one.labeller, f"contradicted by {one.by}")
        for doubt in contest.doubts
        for one in doubt.contradicted
    ]
    return f"<h2>Labels to look at again</h2>{_table(rows)}" if rows else ""


def _labels(candidate: Bundle) -> str:
    metrics = candidate.manifest.metrics
    rows = list(learnt_from(metrics.get("refit", {}), metrics.get("tastes", {})))
    return f"<h2>What it learnt from</h2>{_table(rows)}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
