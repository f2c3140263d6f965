"""Measure scoring beside scikit-learn, in one run, on comments that are made up here.

    python benchmarks/scoring.py            a table
    python benchmarks/scoring.py --json     for machines

Compared with TF-IDF (words 1-2, letters within words 2-5) and LogisticRegression, fitted on the
same kind of text. Each figure is the best of many repeats, in microseconds a comment.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from models.bundle import Bundle, BundleMissing, BundleUnfit, load_bundle, seal
from models.calibration import IDENTITY
from models.comment import Author, Comment, Post
from models.features import DIMENSION
from models.manifest import Manifest
from models.scorer import Scorer
from models.thresholds import NO_EVIDENCE
from models.windows import WindowRule

BATCH = 64
LENGTH = 300
FITTED_ON = 2_000
SHIPPED = Path(__file__).parent.parent / "models" / "shipped"

# Letters about as often as English has them.
_LETTERS = (
    "e" * 12
    + "t" * 9
    + "a" * 8
    + "oin" * 7
    + "shr" * 6
    + "dl" * 4
    + "cum" * 3
    + "wfgypb" * 2
    + "vk"
)


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times faster one way is than another, and the least we promise."""

    name: str
    times: float
    least: float


def make_comments(count: int, seed: int = 1) -> list[Comment]:
    """Make up comments of `LENGTH` characters, one in four with a link, all with author and post."""
    chance = random.Random(seed)
    sizes = (2, 3, 3, 4, 4, 5, 6, 7, 9)
    words = ["".join(chance.choices(_LETTERS, k=chance.choice(sizes))) for _ in range(5_000)]
    often = [1 / (rank + 10) for rank in range(len(words))]
    comments = []
    for number in range(count):
        link = "https://blog.example.org/page " if number % 4 == 0 else ""
        text = link + " ".join(chance.choices(words, often, k=2 * LENGTH // 5)).capitalize()
        post = Post(title=" ".join(chance.choices(words, often, k=6)))
        author = Author("Jo Bloggs", url=f"https://jo{number}.example.org/")
        comments.append(Comment(text[:LENGTH], author, post))
    return comments


def fit_baseline(comments: Sequence[Comment]) -> Pipeline:
    """Fit scikit-learn's pipeline on made-up labels; what it learns does not matter here."""
    words = TfidfVectorizer(ngram_range=(1, 2))
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
    labels = [number % 2 for number in range(len(comments))]
    pipeline = make_pipeline(make_union(words, letters), LogisticRegression(max_iter=20, tol=0.1))
    return pipeline.fit([comment.content for comment in comments], labels)


def bundle() -> Bundle:
    """Return the shipped bundle, or one of random weights where none fits this feature schema."""
    try:
        return load_bundle(SHIPPED)
    except (BundleMissing, BundleUnfit):
        weights = np.random.default_rng(0).normal(size=DIMENSION).astype(np.float16)
        rule = WindowRule(least=600, length=400, stride=200, penalty=1.0)
        manifest = Manifest("2026-01-01", 0.0, IDENTITY, NO_EVIDENCE, rule)
        return seal(manifest, {"weights": weights})


def best_time(work: Callable[[], object], comments: int, seconds: float) -> float:
    """Return the best of as many repeats as fit into `seconds`, in microseconds a comment."""
    best, until = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < until:
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best / comments * 1e6


def measure(seconds: float) -> dict[str, float]:
    """Time every way of scoring, interleaved so that a busy machine slows all alike."""
    comments = make_comments(BATCH)
    baseline = fit_baseline(make_comments(FITTED_ON, seed=2))
    texts = [comment.content for comment in comments]
    bare = [Comment(text) for text in texts]
    scorer = Scorer(bundle())
    print(f"bundle {scorer.bundle.version}", file=sys.stderr)
    ways: dict[str, tuple[Callable[[], object], int]] = {
        "scikit-learn, one": (lambda: baseline.predict_proba(texts[:1]), 1),
        "scikit-learn, batch": (lambda: baseline.predict_proba(texts), BATCH),
        "content, one": (lambda: scorer.score(bare[1:2]), 1),
        "content, batch": (lambda: scorer.score(bare), BATCH),
        "comment, one": (lambda: scorer.score(comments[1:2]), 1),
        "comment, batch": (lambda: scorer.score(comments), BATCH),
        "comment, batch, explained": (lambda: scorer.explain(comments), BATCH),
    }
    times = dict.fromkeys(ways, float("inf"))
    for _ in range(4):
        for name, (work, count) in ways.items():
            times[name] = min(times[name], best_time(work, count, seconds / 4))
    return times


def ratios(times: dict[str, float]) -> list[Ratio]:
    """Compare the ways as our promises are worded."""
    one, batch = times["scikit-learn, one"], times["scikit-learn, batch"]
    explained = times["comment, batch, explained"] / times["comment, batch"]
    found = [Ratio("explained: times plain scoring (at most)", explained, 3)]
    for what in ("content", "comment"):
        found += [
            Ratio(
                f"{what}: batch against scikit-learn one at a time",
                one / times[f"{what}, batch"],
                50,
            ),
            Ratio(f"{what}: batch against the same batch", batch / times[f"{what}, batch"], 5),
            Ratio(f"{what}: one against one", one / times[f"{what}, one"], 15),
        ]
    return found


def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    seconds: Annotated[float, typer.Option(help="Time for each way of scoring.")] = 2.0,
) -> None:
    """Measure scoring beside scikit-learn. Example: python benchmarks/scoring.py --seconds 4."""
    times = measure(seconds)
    compared = ratios(times)
    if as_json:
        figures = {
            ratio.name: {"times": ratio.times, "promised": ratio.least} for ratio in compared
        }
        print(json.dumps({"microseconds": times, "ratios": figures}, indent=2))
        return
    table = Table(
        "way of scoring", "µs a comment", title=f"{LENGTH} characters, batches of {BATCH}"
    )
    for name, figure in times.items():
        table.add_row(name, f"{figure:,.1f}")
    console = Console()
    console.print(table)
    table = Table("compared", "times", "promised")
    for ratio in compared:
        table.add_row(ratio.name, f"{ratio.times:.1f}", f"{ratio.least:g}")
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
