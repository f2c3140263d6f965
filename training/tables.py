"""Figures as tables for a terminal."""

from collections.abc import Iterable

from rich.table import Table

from models.bundle import Bundle
from models.thresholds import CertifiedLimit
from training.ablate import Ablation
from training.attacks.suite import SEED
from training.attacks.trial import Trial
from training.attacks.trial_row import TRIAL_HEAD, TRIAL_NOTE, trial_row
from training.contradictions import Contradicted
from training.evaluation import Evaluation, Figures
from training.labellers import Spoiler
from training.taste_trial import COUNTS, Gain, TasteTrial

_KINDS = ("approved", "held", "rejected")


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


def evaluation_tables(evaluation: Evaluation) -> list[Table]:
    """Show ranking, decisions, slices and reliability."""
    whole = [source.whole for source in evaluation.sources]
    apart = [part for source in evaluation.sources for part in (source.linked, source.unlinked)]
    mean = (
        f"mean AUC {_share(evaluation.mean_auc())}, "
        f"mean caught at 0.5 % {_share(evaluation.mean_caught(0.005))}"
    )
    return [
        _ranking(f"Ranking ({mean})", [evaluation.pooled, *whole]),
        _ranking("Linked and unlinked apart", apart),
        _decisions([evaluation.pooled, *whole]),
        _ranking("Slices", evaluation.slices),
        _reliability(evaluation),
    ]


def spoiler_table(spoilers: Iterable[Spoiler]) -> Table:
    """Show whose labels spoil what the others' labels teach."""
    table = Table("who", "labels", "loss with", "without", title="Quarantined labellers")
    for one in spoilers:
        table.add_row(one.who, f"{one.labels:,}", f"{one.loss_with:.4f}", f"{one.loss_without:.4f}")
    return table


def contradiction_table(found: Iterable[Contradicted]) -> Table:
    """Show the labels that everything else speaks against."""
    table = Table("comment", "label", "who", "contradicted by", title="Contradicted labels")
    for one in found:
        table.add_row(one.comment, "spam" if one.is_spam else "ham", one.labeller, one.by)
    return table


def taste_table(trials: Iterable[TasteTrial]) -> Table:
    """Show spam caught at 0.5 % of ham lost with so many own labels; in points, what they gained."""
    heads = [f"{count} own labels" for count in COUNTS]
    table = Table(
        "source", "order", "spam", "ham", "none", *heads, title="Caught at 0.5 % of ham lost"
    )
    for trial in trials:
        found = {gain.labels: gain for gain in trial.gains}
        table.add_row(
            trial.source,
            trial.order,
            f"{trial.spam:,}",
            f"{trial.ham:,}",
            f"{trial.without:.1%}",
            *(_gain(found.get(count)) for count in COUNTS),
        )
    return table


def _gain(found: Gain | None) -> str:
    if found is None:
        return "too few"
    interval = f"{found.low * 100:+.1f} to {found.high * 100:+.1f}"
    return f"{found.caught:.1%} ({found.more * 100:+.1f}, {interval})"


def ablation_table(ablations: Iterable[Ablation]) -> Table:
    """Show what leaving out each feature group costs."""
    table = Table("left out", "mean AUC", "AUC lost", "caught at 0.5 % lost", title="Groups")
    for found in ablations:
        table.add_row(
            found.group, f"{found.auc:.4f}", f"{found.auc_cost:+.4f}", f"{found.caught_cost:+.1%}"
        )
    return table


def trial_table(trials: Iterable[Trial]) -> Table:
    """Show what each attack costs: shares before and after, as means over blogs."""
    table = Table(*TRIAL_HEAD, title=f"Attacks, seed {SEED} ({TRIAL_NOTE})")
    for trial in trials:
        table.add_row(*trial_row(trial))
    return table


def _ranking(title: str, figures: Iterable[Figures]) -> Table:
    """Corrected labels first, labels as given behind a stroke."""
    table = Table("", "spam", "ham", "AUC", "AP", "0.1 %", "0.5 %", "1 %", "Brier", title=title)
    for found in figures:
        now, given = found.corrected, found.original
        shares = zip(now.caught, given.caught, strict=False)
        caught = [f"{a.share:.1%} / {b.share:.1%}" for a, b in shares] or ["-"] * 3
        auc = f"{_share(now.roc_auc)} / {_share(given.roc_auc)}"
        numbers = f"{now.spam:,}", f"{now.ham:,}", auc, _share(now.average_precision)
        table.add_row(found.name, *numbers, *caught, f"{now.brier:.4f}")
    return table


def _decisions(figures: Iterable[Figures]) -> Table:
    kinds = [f"{label} {kind}" for label in ("spam", "ham") for kind in _KINDS]
    table = Table("", *kinds, "held of all", title="Decisions at the certified thresholds")
    for found in figures:
        cells = [
            f"{count:,} ({count / max(outcome.total, 1):.2%})"
            for outcome in (found.decided.spam, found.decided.ham)
            for count in (outcome.approved, outcome.held, outcome.rejected)
        ]
        table.add_row(found.name, *cells, f"{found.decided.held_share:.1%}")
    return table


def _reliability(evaluation: Evaluation) -> Table:
    table = Table("score", "comments", "mean score", "share of spam", title="Reliability")
    for b in evaluation.reliability:
        row = f"{b.low:.1f}-{b.high:.1f}", f"{b.rows:,}", f"{b.mean_score:.3f}"
        table.add_row(*row, f"{b.spam_share:.3f}")
    return table


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
