"""Plots of an evaluation as inline SVG: no files, no network."""

import io
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from training.evaluation import Evaluation

Draw = Callable[[Axes, Evaluation], None]


def svg(draw: Draw, evaluation: Evaluation) -> str:
    """Draw one plot and return it as an SVG element."""
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    draw(figure.subplots(), evaluation)
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    text = file.getvalue()
    return text[text.index("<svg") :]


def roc_corner(axes: Axes, evaluation: Evaluation) -> None:
    """Spam caught against ham lost, on a log axis: only the corner matters."""
    lost, caught, _ = roc_curve(evaluation.is_spam, evaluation.scores)
    axes.plot(np.maximum(lost, 1e-5), caught)
    axes.set(xscale="log", xlim=(1e-4, 1), ylim=(0, 1), xlabel="ham lost", ylabel="spam caught")
    axes.set_title("ROC, all sources together")
    axes.grid(alpha=0.3)


def reliability_diagram(axes: Axes, evaluation: Evaluation) -> None:
    """Share of spam against mean score, bin by bin; the diagonal is the truth."""
    bins = evaluation.reliability
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.plot([b.mean_score for b in bins], [b.spam_share for b in bins], marker="o")
    axes.set(xlabel="mean score", ylabel="share of spam", xlim=(0, 1), ylim=(0, 1))
    axes.set_title("Reliability")
    axes.grid(alpha=0.3)


def score_histogram(axes: Axes, evaluation: Evaluation) -> None:
    """How many spam and ham comments get which score, with the thresholds drawn in."""
    edges = np.linspace(0, 1, 41).tolist()
    axes.hist(evaluation.scores[~evaluation.is_spam], edges, alpha=0.6, label="ham")
    axes.hist(evaluation.scores[evaluation.is_spam], edges, alpha=0.6, label="spam")
    for limit, name in (
        (evaluation.thresholds.approve_below, "approve below"),
        (evaluation.thresholds.reject_from, "reject from"),
    ):
        if np.isfinite(limit):
            axes.axvline(limit, color="black", linestyle=":")
            axes.annotate(f"{name} {limit:.3f}", (limit, 1), rotation=90, fontsize=7)
    axes.set(yscale="log", xlabel="score", ylabel="comments", title="Scores and thresholds")
    axes.legend()


def slice_bars(axes: Axes, evaluation: Evaluation) -> None:
    """Spam caught with 0.5 % of the ham lost, slice by slice."""
    shown = [found for found in evaluation.slices if found.corrected.caught]
    values = [found.corrected.caught[1].share for found in shown]
    axes.barh([found.name for found in shown], values)
    axes.set(xlim=(0, 1), xlabel="spam caught, 0.5 % ham lost", title="Slices")
    axes.tick_params(axis="y", labelsize=6)
    axes.invert_yaxis()
