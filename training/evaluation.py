"""What an evaluation found: figures of each source, of all together, and of each slice."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.thresholds import Thresholds
from training.examples import SPAM, UNKNOWN
from training.metrics import HAM_LOST, Performance, ReliabilityBin, measure, reliability
from training.outcome import ThreeWay, three_way
from training.scored import Scored
from training.slices import has_link, slices

# A slice of fewer rows says nothing.
_LEAST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything about one set of rows, with labels as corrected by reading, and as given."""

    name: str
    corrected: Performance
    original: Performance
    decided: ThreeWay


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """One source, its linked and unlinked comments apart."""

    whole: Figures
    linked: Figures
    unlinked: Figures


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An evaluation; `scores` and `is_spam` are there for plots."""

    sources: tuple[SourceFigures, ...]
    pooled: Figures
    slices: tuple[Figures, ...]
    reliability: tuple[ReliabilityBin, ...]
    thresholds: Thresholds
    scores: NDArray[np.float64]
    is_spam: NDArray[np.bool_]

    def mean_auc(self) -> float | None:
        """Mean ROC AUC over the sources that have both labels."""
        return _mean([s.whole.corrected.roc_auc for s in self.sources])

    def to_json(self) -> dict[str, Any]:
        """Return all figures as JSON values, without the scores themselves."""
        return {
            "mean_roc_auc": self.mean_auc(),
            "mean_caught": {str(lost): self.mean_caught(lost) for lost in HAM_LOST},
            "pooled": asdict(self.pooled),
            "sources": [asdict(source) for source in self.sources],
            "slices": [asdict(found) for found in self.slices],
            "reliability": [asdict(found) for found in self.reliability],
        }

    def mean_caught(self, ham_lost: float) -> float | None:
        """Mean over sources of the spam caught when `ham_lost` of their ham is lost."""
        caught = [c for s in self.sources for c in s.whole.corrected.caught]
        return _mean([c.share for c in caught if c.ham_lost == ham_lost])


def _mean(values: Iterable[float | None]) -> float | None:
    """Mean of what is there; None without any."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def judge(scored: Scored) -> Evaluation:
    """Compute all figures of scored examples."""
    examples = scored.examples
    linked = has_link(examples.comments)
    everything = np.ones(len(examples), dtype=np.bool_)
    return Evaluation(
        sources=tuple(_sources(scored, linked)),
        pooled=_figures(scored, "all", everything),
        slices=tuple(
            _figures(scored, f"{found.dimension}: {found.value}", found.rows)
            for found in slices(examples, linked)
            if found.rows.sum() >= _LEAST_ROWS
        ),
        reliability=tuple(reliability(scored.scores, examples.is_spam)),
        thresholds=_middle(scored, everything),
        scores=scored.scores,
        is_spam=examples.is_spam,
    )


def _sources(scored: Scored, linked: NDArray[np.bool_]) -> Iterator[SourceFigures]:
    for name in sorted(set(scored.examples.source.tolist())):
        inside = scored.examples.source == name
        yield SourceFigures(
            _figures(scored, name, inside),
            _figures(scored, f"{name}, linked", inside & linked),
            _figures(scored, f"{name}, unlinked", inside & ~linked),
        )


def _figures(scored: Scored, name: str, rows: NDArray[np.bool_]) -> Figures:
    examples = scored.examples
    counted = rows & (examples.original != UNKNOWN)
    return Figures(
        name,
        corrected=measure(scored.scores[rows], examples.is_spam[rows]),
        original=measure(scored.scores[counted], examples.original[counted] == SPAM),
        decided=three_way(
            scored.scores[rows],
            examples.is_spam[rows],
            scored.approve_below[rows],
            scored.reject_from[rows],
        ),
    )


def _middle(scored: Scored, rows: NDArray[np.bool_]) -> Thresholds:
    """Return the median thresholds, to be drawn where each source has its own."""
    return Thresholds(
        float(np.median(scored.approve_below[rows])), float(np.median(scored.reject_from[rows]))
    )
