"""An evaluation as one HTML page that needs nothing else."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from training.ablate import Ablation
from training.attacks.suite import SEED
from training.attacks.trial import Trial
from training.attacks.trial_row import TRIAL_HEAD, TRIAL_NOTE, trial_row
from training.evaluation import Evaluation, Figures
from training.plots import reliability_diagram, roc_corner, score_histogram, slice_bars, svg

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;margin:1em 0}td,th{padding:.2em .7em;text-align:right}"
    "td:first-child,th:first-child{text-align:left}tr:nth-child(even){background:#f4f4f4}"
)
_HEAD = (
    "comments", "spam", "ham", "ROC AUC", "AP", "caught at 0.1 %", "0.5 %", "1 %",
    "AUC, labels as given", "0.5 %, as given", "Brier", "log loss",
)  # fmt: skip
_DECIDED = (
    "comments", "spam approved", "spam held", "spam rejected",
    "ham approved", "ham held", "ham rejected", "held of all",
)  # fmt: skip


def write_report(
    path: Path,
    title: str,
    evaluation: Evaluation,
    trials: Sequence[Trial] = (),
) -> None:
    """Write the report; overwrites an older one."""
    whole = [source.whole for source in evaluation.sources]
    apart = [part for source in evaluation.sources for part in (source.linked, source.unlinked)]
    plots = (roc_corner, reliability_diagram, score_histogram, slice_bars)
    parts = [
        _head(title),
        _summary(evaluation),
        *(svg(draw, evaluation) for draw in plots),
        "<h2>Sources</h2>", _figures_table([evaluation.pooled, *whole]),
        "<h2>Decisions at the certified thresholds</h2>",
        _decided_table([evaluation.pooled, *whole]),
        "<h2>Linked and unlinked comments</h2>", _figures_table(apart),
        "<h2>Slices</h2>", _figures_table(evaluation.slices),
        "<h2>Reliability</h2>", _reliability_table(evaluation),
    ]  # fmt: skip
    if trials:
        parts += [
            f"<h2>Attacks</h2><p>Seed {SEED}; {TRIAL_NOTE}.</p>",
            _table(TRIAL_HEAD, [trial_row(trial) for trial in trials]),
        ]
    path.write_text("\n".join(parts), encoding="utf-8")


def write_ablation_report(
    path: Path, sources: Sequence[str], every: int, ablations: Iterable[Ablation]
) -> None:
    """Write what leaving out each feature group costs; overwrites an older report."""
    taught = "every example" if every == 1 else f"one example in {every}"
    note = (
        f"Means over {len(sources)} sources, each left out and scored whole by a model that "
        f"{taught} of the others taught; windows are off. Costs are what is lost without the group."
    )
    parts = [
        _head("What each feature group is worth"),
        f"<p>{note} Left out: {escape(', '.join(sources))}.</p>",
        _ablation_table(ablations),
    ]
    path.write_text("\n".join(parts), encoding="utf-8")


def _head(title: str) -> str:
    return (
        f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title>"
        f"<style>{_STYLE}</style><h1>{escape(title)}</h1>"
    )


def _summary(evaluation: Evaluation) -> str:
    return (
        f"<p>Mean over sources: ROC AUC {_share(evaluation.mean_auc())}, spam caught at 0.5 % ham "
        f"lost {_share(evaluation.mean_caught(0.005))}.</p>"
    )


def _figures_table(figures: Iterable[Figures]) -> str:
    return _table(_HEAD, [_figures_row(found) for found in figures])


def _figures_row(found: Figures) -> list[str]:
    corrected, original = found.corrected, found.original
    caught = [f"{c.share:.1%} ({c.low:.0%}-{c.high:.0%})" for c in corrected.caught] or ["-"] * 3
    given = f"{original.caught[1].share:.1%}" if original.caught else "-"
    return [
        found.name, f"{corrected.spam:,}", f"{corrected.ham:,}", _share(corrected.roc_auc),
        _share(corrected.average_precision), *caught, _share(original.roc_auc), given,
        f"{corrected.brier:.4f}", f"{corrected.log_loss:.4f}",
    ]  # fmt: skip


def _decided_table(figures: Iterable[Figures]) -> str:
    rows = []
    for found in figures:
        cells = [
            f"{count:,} ({count / max(outcome.total, 1):.2%})"
            for outcome in (found.decided.spam, found.decided.ham)
            for count in (outcome.approved, outcome.held, outcome.rejected)
        ]
        rows.append([found.name, *cells, f"{found.decided.held_share:.1%}"])
    return _table(_DECIDED, rows)


def _reliability_table(evaluation: Evaluation) -> str:
    rows = [
        [f"{b.low:.1f}-{b.high:.1f}", f"{b.rows:,}", f"{b.mean_score:.3f}", f"{b.spam_share:.3f}"]
        for b in evaluation.reliability
    ]
    return _table(("score", "comments", "mean score", "share of spam"), rows)


def _ablation_table(ablations: Iterable[Ablation]) -> str:
    rows = [
        [
            found.group, f"{found.auc:.4f}", f"{found.auc_cost:+.4f}",
            f"{found.caught:.1%}", f"{found.caught_cost:+.1%}",
        ]
        for found in ablations
    ]  # fmt: skip
    head = ("left out", "mean ROC AUC", "lost", "caught at 0.5 % of ham lost", "lost")
    return _table(head, rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    lines = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><tr>{cells}</tr>{body}</table>"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
