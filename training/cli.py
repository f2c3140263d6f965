"""The command `winnow-train`: corpora in, bundles and reports out."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from models.bundle import BundleError, BundleExists, load_bundle, save_bundle
from models.corpus import CorpusError
from training.ablate import ablate
from training.augment import augment
from training.candidate import certify, make_candidate
from training.corrections import read_corrections
from training.evaluate import evaluate_bundle, evaluate_left_out
from training.examples import Examples
from training.gather import Gathered, gather
from training.importers.command import import_command
from training.matrix import feature_matrix
from training.out_of_source import out_of_source_margins
from training.progress import bar
from training.report import write_report
from training.requests import request_lines
from training.retrain_commands import gate_command, refit_command
from training.sources import comparable_sources, evidence_folds
from training.spin import read_templates
from training.suspects import find_suspects, to_read
from training.tables import ablation_table, bundle_table, evaluation_tables

app = typer.Typer(
    help="Fit, judge and inspect Winnow's classifier.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Corpora = Annotated[
    list[Path],
    typer.Option("--corpus", exists=True, dir_okay=False, help="A corpus; give it repeatedly."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]
Templates = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Spun-comment templates.")
]
Jobs = Annotated[int, typer.Option(min=1, help="Processes that compute features.")]


@app.command()
def fit(
    corpus: Corpora,
    out: Annotated[Path, typer.Option(help="Folder to write; must not exist.")],
    templates: Templates = None,
    jobs: Jobs = 2,
    as_json: AsJson = False,
) -> None:
    """Fit a bundle on labelled corpora, calibrated and certified on sources left out.

    Example: winnow-train fit --corpus blog.jsonl.gz --corpus forum.jsonl.gz --out bundles/new
    """
    if out.exists():
        raise BundleExists(f"{out} is there already; bundles are never overwritten.")
    gathered, examples = _training_set(corpus, templates)
    examples = examples.where(examples.fits)
    matrix = feature_matrix(examples.comments, jobs=jobs, progress=bar)
    bundle = make_candidate(gathered, examples, matrix, progress=bar)
    save_bundle(bundle, out)
    if as_json:
        typer.echo(
            json.dumps({"version": bundle.version, "metrics": dict(bundle.manifest.metrics)})
        )
    else:
        Console().print(bundle_table(load_bundle(out)))


app.command("import")(import_command)
app.command("refit")(refit_command)
app.command("gate")(gate_command)


@app.command()
def evaluate(  # noqa: PLR0913, PLR0917 - a parameter is an option of the command
    corpus: Corpora,
    bundle: Annotated[Path | None, typer.Option(file_okay=False, help="Bundle to judge.")] = None,
    leave_one_source_out: Annotated[
        bool, typer.Option(help="Judge the recipe: fit anew without each source.")
    ] = False,
    sources: Annotated[
        str | None, typer.Option(help="Sources to leave out, comma between; default: all blogs.")
    ] = None,
    templates: Templates = None,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report here.")] = None,
    jobs: Jobs = 2,
    as_json: AsJson = False,
) -> None:
    """Judge a bundle, or the recipe on sources that it has not seen.

    Example: winnow-train evaluate --bundle models/shipped --corpus blog.jsonl.gz

    Example: winnow-train evaluate --leave-one-source-out --corpus a.jsonl.gz --corpus b.jsonl.gz
    """
    if leave_one_source_out == (bundle is not None):
        raise ValueError("Give either --bundle or --leave-one-source-out.")
    if bundle is not None:
        gathered = gather(corpus, read_corrections(), progress=bar)
        found = evaluate_bundle(load_bundle(bundle), gathered.examples, progress=bar)
    else:
        _, examples = _training_set(corpus, templates)
        chosen = sources.split(",") if sources else comparable_sources(examples)
        matrix = feature_matrix(examples.comments, jobs=jobs, progress=bar)
        found = evaluate_left_out(matrix, examples, chosen, progress=bar)
    if report is not None:
        write_report(report, "Sources left out" if bundle is None else f"Bundle {bundle}", found)
    if as_json:
        typer.echo(json.dumps(found.to_json()))
    else:
        Console().print(*evaluation_tables(found), sep="\n")


@app.command(name="ablate")
def ablate_groups(
    corpus: Corpora,
    sources: Annotated[
        str | None, typer.Option(help="Sources to leave out, comma between; default: all blogs.")
    ] = None,
    jobs: Jobs = 2,
    as_json: AsJson = False,
) -> None:
    """Show what each feature group is worth: the recipe without it, on sources left out.

    Example: winnow-train ablate --corpus a.jsonl.gz --corpus b.jsonl.gz --sources a,b
    """
    _, examples = _training_set(corpus, None)
    chosen = sources.split(",") if sources else comparable_sources(examples)
    found = list(ablate(examples, chosen, jobs=jobs, progress=bar))
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in found]))
    else:
        Console().print(ablation_table(found))


@app.command()
def suspects(
    corpus: Corpora,
    count: Annotated[int, typer.Option(min=1, help="How many rows that contradict.")] = 200,
    jobs: Jobs = 2,
) -> None:
    """Write rows whose label looks wrong, mixed with as many others, to be read blind.

    One JSON object a line, without score or label. They hold people's words: keep them out of
    any repository, and record what you find as corrections, by digest.

    Example: winnow-train suspects --corpus blog.jsonl.gz --count 100 > /tmp/to-read.jsonl
    """
    _, examples = _training_set(corpus, None)
    matrix = feature_matrix(examples.comments, jobs=jobs, progress=bar)
    folds = evidence_folds(examples, comparable_sources(examples))
    margins = out_of_source_margins(matrix, examples, folds, progress=bar)
    scores = certify(margins, examples).calibration.scores(margins)
    for row in to_read(find_suspects(scores, examples, count), examples):
        typer.echo(json.dumps(row))


@app.command()
def requests(
    corpus: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    labelled: Annotated[bool, typer.Option(help="Leave out rows without a label.")] = False,
) -> None:
    """Write corpus rows as API requests, one JSON object a line.

    Example: winnow-train requests blog.jsonl.gz | winnow score -
    """
    for line in request_lines(corpus, labelled_only=labelled):
        typer.echo(line)


def _training_set(corpus: list[Path], templates: Path | None) -> tuple[Gathered, Examples]:
    gathered = gather(corpus, read_corrections(), progress=bar)
    spun = read_templates(templates) if templates else []
    return gathered, augment(gathered.examples, spun)


def main() -> None:
    """Run the command; faults that a person can mend end in one clear line and status 1."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our lines has seen enough
        sys.exit(0)
    except (BundleError, CorpusError, OSError, ValueError) as fault:
        Console(stderr=True).print(f"winnow-train: {fault}", markup=False)
        sys.exit(1)
