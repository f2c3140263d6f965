"""Retraining: labels out, a candidate in, both halves of the gate, and the switch if it is passed."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from models.bundle import Bundle, load_bundle
from service.clock import iso
from service.loop.bundles import Bundles, Switch
from service.loop.label_corpus import label_lines
from service.loop.live_gate import NEWEST, Check, live_checks
from service.loop.live_shares import LiveShares
from service.loop.promotion import Promotion
from service.loop.rescoring import rescored
from service.loop.scorers import scorer_of
from service.loop.suspects import Doubts
from service.loop.training_child import TrainingFailed, train
from service.store.confirmations import confirmed_until
from service.store.engine import Store
from service.store.labelled import forgotten_count
from service.store.sharing import keeping_sites

PROMOTED_BY: Final = "winnow retrain"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a retrain is asked for; without `promote` the candidate is only kept."""

    who: str
    promote: bool = False
    least_labels: int = 100
    half_life_days: float = 180.0
    corpora: tuple[Path, ...] = ()
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Retrained:
    """What came of it."""

    incumbent: str
    candidate: str
    passed: bool
    checks: tuple[Check, ...]
    report: Path
    shares: LiveShares
    promotion: Promotion | None
    remarks: tuple[str, ...] = ()
    """What the owner has to know of those who labelled, in sentences."""

    def to_json(self) -> dict[str, Any]:
        """Return the result for machines."""
        return {
            "incumbent": self.incumbent,
            "candidate": self.candidate,
            "passed": self.passed,
            "promoted": self.promotion is not None,
            "checks": [asdict(check) for check in self.checks],
            "report": str(self.report),
            "remarks": list(self.remarks),
        }


def retrain(bundles: Bundles, reports: Path, wish: Wish) -> Retrained:
    """Make a candidate from the store's labels and judge it against the incumbent.

    The candidate is registered if it passes, and promoted if that is wished. Raises
    `TrainingFailed` when there is nothing to learn from, a `BundleError`, or a `Problem`.
    """
    incumbent = bundles.registry().incumbent
    with TemporaryDirectory(prefix="winnow-retrain-") as name:
        folder = Path(name)
        labels = folder / "labels.jsonl"
        write_labels(bundles.store, labels)
        before = _place(bundles, incumbent, folder)
        start = _start(bundles, before, folder)
        candidate = _candidate(bundles.store, before, labels, folder / "candidate", wish, start)
        checks, shares = _live(bundles, incumbent, candidate)
        report = _report_file(reports, candidate.version)
        found = _gate(bundles.store, folder, before, report, checks, wish)
        if found["passed"]:
            bundles.add(candidate, wish.who, "retrain")
        promotion = None
        if found["passed"] and wish.promote:
            why = f"passed the gate against {incumbent}"
            switch = Switch(candidate.version, wish.who, why, expected=shares)
            promotion = bundles.activate(switch, incumbent)
    return Retrained(
        incumbent,
        candidate.version,
        found["passed"],
        tuple(Check(**one) for one in found["checks"]),
        report,
        shares,
        promotion,
        tuple(_remarks(candidate.manifest.metrics["refit"])),
    )


def _remarks(story: Mapping[str, Any]) -> Iterator[str]:
    """Say who carries much of the weight, and whose labels were left out."""
    for who, share in sorted(story["large_labellers"].items(), key=lambda one: -one[1]):
        yield f"{who} carries {share:.0%} of the labels' weight"
    for one in story["spoilers"]:
        yield (
            f"{one['who']}'s {one['labels']:,} labels make the others' harder to foretell and taught "
            "nothing; look at them with `winnow labels suspects`, and if they are right, confirm them "
            f'with `winnow labels confirm "{one["who"]}"`'
        )


def doubted_labels(bundles: Bundles) -> Doubts:
    """Ask training which labels a retrain would doubt; raises `TrainingFailed` when it can't tell."""
    with TemporaryDirectory(prefix="winnow-labellers-") as name:
        labels = Path(name) / "labels.jsonl"
        write_labels(bundles.store, labels)
        before = _place(bundles, bundles.registry().incumbent, Path(name))
        done = train(["labellers", *_judging(bundles.store, before, labels)])
    if done.status != 0:
        raise TrainingFailed(f"winnow-train labellers ended with status {done.status}")
    return Doubts(
        frozenset(one["who"] for one in done.answer["spoilers"]),
        {one["comment"]: one["by"] for one in done.answer["contradicted"]},
    )


def write_labels(store: Store, path: Path) -> int:
    """Write the store's labels as a corpus and return how many there are."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in label_lines(store):
            file.write(line + "\n")
            count += 1
    return count


def _place(bundles: Bundles, version: str, folder: Path) -> Path:
    """Return a folder that holds a bundle: its own, or for the first one a copy."""
    if version == bundles.first.version:
        bundles.folder.keep(bundles.first)
    place = folder / "incumbent"
    shutil.copytree(bundles.folder.place(version), place)
    return place


def _start(bundles: Bundles, incumbent: Path, folder: Path) -> tuple[str, ...]:
    """Name the root as the start once labels were forgotten that the incumbent may have learnt.

    A label that is gone pulls nothing back, so a fit near the incumbent would keep what it taught.
    """
    metrics = load_bundle(incumbent).manifest.metrics
    with bundles.store.reading() as connection:
        forgotten = forgotten_count(connection)
    if "root" not in metrics or forgotten <= metrics["refit"]["forgotten"]:
        return ()
    return ("--start", str(_place(bundles, metrics["root"]["version"], folder / "root")))


def _candidate(  # noqa: PLR0913, PLR0917 - what the child needs to know
    store: Store, incumbent: Path, labels: Path, out: Path, wish: Wish, start: tuple[str, ...]
) -> Bundle:
    with store.reading() as connection:
        forgotten, keeping = forgotten_count(connection), keeping_sites(connection)
    done = train(
        [
            "refit",
            *_judging(store, incumbent, labels),
            *("--out", str(out)),
            *("--half-life-days", str(wish.half_life_days), "--forgotten", str(forgotten)),
            *("--jobs", str(wish.jobs)),
            *start,
            *(part for corpus in wish.corpora for part in ("--corpus", str(corpus))),
            *(part for site in keeping for part in ("--keeping", site)),
        ],
    )
    if done.status != 0:
        raise TrainingFailed(f"winnow-train refit ended with status {done.status}")
    return load_bundle(out)


def _judging(store: Store, incumbent: Path, labels: Path) -> list[str]:
    """Return the options that all who look at labels take."""
    with store.reading() as connection:
        confirmed = confirmed_until(connection)
    until = [part for who, at in confirmed.items() for part in ("--confirmed", f"{who}={iso(at)}")]
    return ["--incumbent", str(incumbent), "--labels", str(labels), *until]


def _live(bundles: Bundles, incumbent: str, candidate: Bundle) -> tuple[list[Check], LiveShares]:
    pair = (bundles.load(incumbent), candidate)
    scorers = [scorer_of(bundles.store, bundle) for bundle in pair]
    return live_checks(rescored(bundles.store, scorers, 0, NEWEST))


def _gate(  # noqa: PLR0913, PLR0917 - what the child needs to know
    store: Store, folder: Path, incumbent: Path, report: Path, checks: list[Check], wish: Wish
) -> dict[str, Any]:
    also = folder / "live.json"
    also.write_text(json.dumps([asdict(check) for check in checks]), encoding="utf-8")
    return train(
        [
            "gate",
            *_judging(store, incumbent, folder / "labels.jsonl"),
            *("--candidate", str(folder / "candidate"), "--also", str(also)),
            *("--least-labels", str(wish.least_labels), "--report", str(report)),
        ]
    ).answer


def _report_file(reports: Path, version: str) -> Path:
    reports.mkdir(parents=True, exist_ok=True)
    return reports / f"retrain-{version}.html"
