"""Plots of a contest as inline SVG: both contestants in one picture."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator, PercentFormatter
from sklearn.metrics import roc_curve

from training.gate import Contest, Contestant

Draw = Callable[[Axes, Contest], None]

# A bin of fewer comments says nothing, and its point would draw the eye.
_LEAST_IN_BIN = 20
_EDGE = 1e-4


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
    for name, one, style in _both(contest):
        lost, caught, _ = roc_curve(contest.is_spam, one.scores)
        axes.plot(np.maximum(lost, 1e-4), caught, style, label=name)
    axes.set(xscale="log", xlim=(5e-4, 1), ylim=(0, 1.02))
    axes.set(xlabel="ham lost", ylabel="spam caught", title="All comments that neither has seen")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")


def calibration_curves(axes: Axes, contest: Contest) -> None:
    """Share of spam against mean score in ten bins of the reference set; the diagonal is the truth."""
    rows = ~contest.own
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, label="as promised")
    for name, one, style in _both(contest):
        index = np.minimum((one.scores[rows] * 10).astype(np.int64), 9)
        count = np.bincount(index, minlength=10)
        shown = count >= _LEAST_IN_BIN
        mean = np.bincount(index, one.scores[rows], minlength=10)[shown] / count[shown]
        share = np.bincount(index, contest.is_spam[rows], minlength=10)[shown] / count[shown]
        axes.plot(mean, share, style, marker="o", label=name)
    title = f"Calibration on the reference set (bins of {_LEAST_IN_BIN} and more)"
    axes.set(xlabel="mean score", ylabel="share of spam", title=title)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left")


def what_changed(axes: Axes, contest: Contest) -> None:
    """Each comment's score under both, in log-odds: what lies off the diagonal was learnt."""
    before, after = (
        np.clip(one.scores, _EDGE, 1 - _EDGE) for one in (contest.incumbent, contest.candidate)
    )
    axes.plot([_EDGE, 1 - _EDGE], [_EDGE, 1 - _EDGE], color="grey", linewidth=1)
    for name, spam, colour in (("ham", False, "tab:blue"), ("spam", True, "tab:red")):
        for whose, own, size in (("of the world", False, 4), ("of your labels", True, 14)):
            rows = (contest.is_spam == spam) & (contest.own == own)
            if rows.any():
                look: dict[str, Any] = {"s": size, "alpha": 0.8 if own else 0.25, "color": colour}
                marker = "x" if own else "o"
                label = f"{name} {whose}"
                axes.scatter(before[rows], after[rows], marker=marker, label=label, **look)
    axes.set(xscale="logit", yscale="logit", title="What changed")
    axes.set(xlabel="score of the incumbent", ylabel="score of the candidate")
    ticks = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left", fontsize="small")


def _both(contest: Contest) -> tuple[tuple[str, Contestant, str], ...]:
    """Return both with a line of their own: where they agree, one must not hide the other."""
    return ("incumbent", contest.incumbent, "-"), ("candidate", contest.candidate, "--")
