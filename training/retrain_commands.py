"""The commands `refit` and `gate`: a candidate from labels, and whether it may take over."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from models.bundle import Bundle, BundleError, BundleExists, load_bundle, save_bundle
from training.console import console
from training.contest import contest
from training.contradictions import find_contradictions
from training.corrections import read_corrections
from training.gate import LEAST_LABELS, Check, Contest, judge
from training.gate_report import gate_json, gate_table, write_gate_report
from training.gather import gather
from training.labelled import Confirmed, Labelled, read_labels, seconds
from training.progress import bar
from training.relearn import HALF_LIFE_DAYS, Sources, relearn, spoiling
from training.tables import bundle_table, contradiction_table, spoiler_table

Incumbent = Annotated[Path, typer.Option(file_okay=False, help="The bundle in use.")]
Labels = Annotated[
    list[Path],
    typer.Option("--labels", exists=True, dir_okay=False, help="From `winnow labels export`."),
]
ConfirmedUntil = Annotated[
    list[str] | None,
    typer.Option(
        "--confirmed", help="WHO=TIME: labels of this person until then count, though doubted."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]


def refit_command(  # noqa: PLR0913, PLR0917 - a parameter is an option of the command
    incumbent: Incumbent,
    labels: Labels,
    out: Annotated[Path, typer.Option(help="Folder to write; must not exist.")],
    corpus: Annotated[
        list[Path] | None,
        typer.Option("--corpus", exists=True, dir_okay=False, help="Whole corpora to fit on too."),
    ] = None,
    half_life_days: Annotated[
        float, typer.Option(min=1, help="After so many days a label counts half.")
    ] = HALF_LIFE_DAYS,
    forgotten: Annotated[
        int, typer.Option(min=0, help="Labels that were forgotten, for the manifest.")
    ] = 0,
    keeping: Annotated[
        list[str] | None,
        typer.Option("--keeping", help="A site whose labels feed its own taste alone."),
    ] = None,
    confirmed: ConfirmedUntil = None,
    start: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Start here instead: a bundle from before a label."),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes that compute features.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Fit a candidate near the incumbent on an owner's labels; what is newest is withheld.

    Example: winnow-train refit --incumbent models/shipped --labels labels.jsonl.gz --out candidate
    """
    if out.exists():
        raise BundleExists(f"{out} is there already; bundles are never overwritten.")
    before = load_bundle(incumbent)
    sources = Sources(
        before,
        read_labels(labels, _confirmed(confirmed), progress=bar),
        gather(corpus, read_corrections(), progress=bar) if corpus else None,
        half_life_days,
        forgotten,
        jobs,
        frozenset(keeping or ()),
        start=None if start is None else load_bundle(start),
    )
    bundle = relearn(sources, progress=bar)
    save_bundle(bundle, out)
    _tell(bundle, as_json=as_json)


def _tell(bundle: Bundle, *, as_json: bool) -> None:
    if as_json:
        story = bundle.manifest.metrics["refit"]
        typer.echo(json.dumps({"version": bundle.version, "refit": story}))
    else:
        console().print(bundle_table(bundle))


def gate_command(  # noqa: PLR0913, PLR0917 - a parameter is an option of the command
    incumbent: Incumbent,
    candidate: Annotated[Path, typer.Option(file_okay=False, help="The bundle that wants in.")],
    labels: Labels,
    confirmed: ConfirmedUntil = None,
    least_labels: Annotated[
        int, typer.Option(min=0, help="New labels of each kind that are needed.")
    ] = LEAST_LABELS,
    also: Annotated[
        Path | None, typer.Option(exists=True, help="Further checks, as JSON, to be shown too.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a candidate may take over; ends with status 1 when it may not.

    Example: winnow-train gate --incumbent old --candidate new --labels labels.jsonl.gz
    """
    before = load_bundle(incumbent)
    said = read_labels(labels, _confirmed(confirmed), progress=bar)
    after, held, checks = _judged(before, candidate, said, least_labels)
    if also is not None:
        checks += [Check(**one) for one in json.loads(also.read_text(encoding="utf-8"))]
    if report is not None:
        write_gate_report(report, after, checks, held)
    version = str(candidate) if after is None else after.version
    if as_json:
        typer.echo(json.dumps(gate_json(before.version, version, checks)))
    else:
        console().print(gate_table(version, checks))
    if not all(check.passed for check in checks):
        sys.exit(1)


def labellers_command(
    incumbent: Incumbent,
    labels: Labels,
    confirmed: ConfirmedUntil = None,
    as_json: AsJson = False,
) -> None:
    """Name the labellers without whom the others' labels are foretold better, and contradicted labels.

    Example: winnow-train labellers --incumbent models/shipped --labels labels.jsonl.gz
    """
    before = load_bundle(incumbent)
    said = read_labels(labels, _confirmed(confirmed), progress=bar)
    found = spoiling(Sources(before, said), progress=bar)
    doubts = find_contradictions(before, said, progress=bar)
    doubted = [one for doubt in doubts for one in doubt.contradicted]
    if as_json:
        told = {
            "spoilers": [asdict(one) for one in found],
            "contradicted": [asdict(one) for one in doubted],
        }
        typer.echo(json.dumps(told))
    else:
        console().print(spoiler_table(found), contradiction_table(doubted), sep="\n")


def _confirmed(until: list[str] | None) -> Confirmed:
    """Read WHO=TIME; a name may hold an equals sign, a time does not."""
    return {who: seconds(time) for who, _, time in (one.rpartition("=") for one in until or ())}


def _judged(
    incumbent: Bundle, folder: Path, labels: Labelled, least_labels: int
) -> tuple[Bundle | None, Contest | None, list[Check]]:
    """Return the candidate, the contest and the checks; a bundle that can't be used has one check."""
    try:
        candidate = load_bundle(folder)
    except BundleError as fault:
        return None, None, [Check("usable", False, str(fault))]
    held = contest(incumbent, candidate, labels)
    usable = Check("usable", True, "whole, and of this Winnow's feature schema")
    return candidate, held, [usable, *judge(held, least_labels=least_labels)]
