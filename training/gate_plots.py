"""Plots of a contest as inline SVG: both contestants in one picture."""

import io
from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from training.gate import Contest

Draw = Callable[[Axes, Contest], None]


def svg(draw: Draw, contest: Contest) -> str:
    """Draw one plot and return it as an SVG element."""
    figure = Figure(figsize=(6.0, 4.2), layout="constrained")
    draw(figure.subplots(), contest)
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    text = file.getvalue()
    return text[text.index("<svg") :]


def roc_corners(axes: Axes, contest: Contest) -> None:
    """Spam caught against ham lost, on a log axis: only the corner matters."""
    for name, one in (("incumbent", contest.incumbent), ("candidate", contest.candidate)):
        lost, caught, _ = roc_curve(contest.is_spam, one.scores)
        axes.plot(np.maximum(lost, 1e-4), caught, label=name)
    axes.set(xscale="log", xlim=(5e-4, 1), ylim=(0, 1.01))
    axes.set(xlabel="ham lost", ylabel="spam caught", title="All comments that neither has seen")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")


def calibration_curves(axes: Axes, contest: Contest) -> None:
    """Share of spam against mean score in ten bins of the reference set; the diagonal is the truth."""
    rows = ~contest.own
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    for name, one in (("incumbent", contest.incumbent), ("candidate", contest.candidate)):
        index = np.minimum((one.scores[rows] * 10).astype(np.int64), 9)
        count = np.maximum(np.bincount(index, minlength=10), 1)
        mean = np.bincount(index, one.scores[rows], minlength=10) / count
        share = np.bincount(index, contest.is_spam[rows], minlength=10) / count
        shown = np.bincount(index, minlength=10) > 0
        axes.plot(mean[shown], share[shown], marker="o", label=name)
    axes.set(xlabel="mean score", ylabel="share of spam", title="Calibration, reference set")
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left")


def what_changed(axes: Axes, contest: Contest) -> None:
    """Each comment's score under both; what lies off the diagonal was learnt."""
    for name, rows in (("ham", ~contest.is_spam), ("spam", contest.is_spam)):
        axes.scatter(
            contest.incumbent.scores[rows],
            contest.candidate.scores[rows],
            s=5,
            alpha=0.4,
            label=name,
        )
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.set(xlabel="score of the incumbent", ylabel="score of the candidate", title="What changed")
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left")
