"""Retraining: labels out, a candidate in, both halves of the gate, and the switch if it is passed."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from models.bundle import Bundle, load_bundle
from models.scorer import Scorer
from service.bundle_folder import for_scoring
from service.bundles import Bundles, Switch
from service.label_corpus import label_lines
from service.live_gate import NEWEST, Check, LiveShares, live_checks
from service.promotion import Promotion
from service.rescoring import rescored
from service.store.engine import Store
from service.store.labelled import forgotten_count
from service.training_child import TrainingFailed, train

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

    def to_json(self) -> dict[str, Any]:
        """Return the result for machines."""
        return {
            "incumbent": self.incumbent,
            "candidate": self.candidate,
            "passed": self.passed,
            "promoted": self.promotion is not None,
            "checks": [asdict(check) for check in self.checks],
            "report": str(self.report),
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
        candidate = _candidate(bundles.store, before, labels, folder / "candidate", wish)
        checks, shares = _live(bundles, incumbent, candidate)
        report = _report_file(reports, candidate.version)
        found = _gate(folder, before, report, checks, wish)
        if found["passed"]:
            bundles.add(candidate, wish.who, "retrain")
        promotion = None
        if found["passed"] and wish.promote:
            why = f"passed the gate against {incumbent}"
            promotion = bundles.activate(Switch(candidate.version, wish.who, why), incumbent)
    return Retrained(
        incumbent,
        candidate.version,
        found["passed"],
        tuple(Check(**one) for one in found["checks"]),
        report,
        shares,
        promotion,
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


def _candidate(store: Store, incumbent: Path, labels: Path, out: Path, wish: Wish) -> Bundle:
    with store.reading() as connection:
        forgotten = forgotten_count(connection)
    done = train(
        [
            "refit",
            *("--incumbent", str(incumbent), "--labels", str(labels), "--out", str(out)),
            *("--half-life-days", str(wish.half_life_days), "--forgotten", str(forgotten)),
            *("--jobs", str(wish.jobs)),
            *(part for corpus in wish.corpora for part in ("--corpus", str(corpus))),
        ],
        jobs=wish.jobs,
    )
    if done.status != 0:
        raise TrainingFailed(f"winnow-train refit ended with status {done.status}")
    return load_bundle(out)


def _live(bundles: Bundles, incumbent: str, candidate: Bundle) -> tuple[list[Check], LiveShares]:
    scorers = [Scorer(for_scoring(bundles.load(incumbent))), Scorer(for_scoring(candidate))]
    return live_checks(rescored(bundles.store, scorers, 0, NEWEST))


def _gate(
    folder: Path, incumbent: Path, report: Path, checks: list[Check], wish: Wish
) -> dict[str, Any]:
    also = folder / "live.json"
    also.write_text(json.dumps([asdict(check) for check in checks]), encoding="utf-8")
    return train(
        [
            "gate",
            *("--incumbent", str(incumbent), "--candidate", str(folder / "candidate")),
            *("--labels", str(folder / "labels.jsonl"), "--also", str(also)),
            *("--least-labels", str(wish.least_labels), "--report", str(report)),
        ]
    ).answer


def _report_file(reports: Path, version: str) -> Path:
    reports.mkdir(parents=True, exist_ok=True)
    return reports / f"retrain-{version}.html"
