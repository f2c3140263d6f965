"""The command `winnow-train`: corpora in, bundles and reports out."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from models.bundle import BundleError, BundleExists, load_bundle, save_bundle
from models.corpus import CorpusError
from models.manifest import CorpusRecord
from training.ablate import ablate
from training.candidate import certify, make_candidate
from training.console import console
from training.evaluate_command import evaluate_command
from training.examples import Examples
from training.importers.command import import_command
from training.matrix import fitted_matrix
from training.options import AsJson, Corpora, Jobs, Sources, Templates, WithInvented
from training.out_of_source import out_of_source
from training.progress import bar
from training.report import write_ablation_report
from training.requests import request_lines
from training.retrain_commands import gate_command, labellers_command, refit_command
from training.sources import comparable_sources, evidence_folds
from training.suspects import find_suspects, to_read
from training.tables import ablation_table, bundle_table, taste_table
from training.taste_trial import try_tastes
from training.training_set import training_set
from training.tubespam_command import tubespam_command

app = typer.Typer(
    help="Fit, judge and inspect Winnow's classifier.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def fit(  # noqa: PLR0913, PLR0917 - a parameter is an option of the command
    corpus: Corpora,
    out: Annotated[Path, typer.Option(help="Folder to write; must not exist.")],
    templates: Templates = None,
    invented: WithInvented = True,
    jobs: Jobs = 2,
    as_json: AsJson = False,
) -> None:
    """Fit a bundle on labelled corpora, calibrated and certified on sources left out.

    Example: winnow-train fit --corpus blog.jsonl.gz --corpus forum.jsonl.gz --out bundles/new
    """
    if out.exists():
        raise BundleExists(f"{out} is there already; bundles are never overwritten.")
    corpora, examples = _teaching(corpus, templates, invented)
    matrix = fitted_matrix(examples.comments, jobs=jobs, progress=bar)
    bundle = make_candidate(corpora, examples, matrix, progress=bar)
    save_bundle(bundle, out)
    if as_json:
        typer.echo(
            json.dumps({"version": bundle.version, "metrics": dict(bundle.manifest.metrics)})
        )
    else:
        console().print(bundle_table(load_bundle(out)))


def _teaching(
    corpus: list[Path], templates: Path | None, invented: bool
) -> tuple[tuple[CorpusRecord, ...], Examples]:
    """Read what teaches, and let go of all else."""
    gathered, examples = training_set(corpus, templates, invented=invented, progress=bar)
    return gathered.records, examples.where(examples.fits)


app.command("import")(import_command)
app.command("evaluate")(evaluate_command)
app.command("refit")(refit_command)
app.command("gate")(gate_command)
app.command("labellers")(labellers_command)
app.command("tubespam")(tubespam_command)


@app.command(name="ablate")
def ablate_groups(  # noqa: PLR0913, PLR0917 - a parameter is an option of the command
    corpus: Corpora,
    sources: Sources = None,
    every: Annotated[
        int, typer.Option(min=1, help="Teach one comment in so many: quicker, less exact.")
    ] = 1,
    invented: WithInvented = True,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report here.")] = None,
    jobs: Jobs = 2,
    as_json: AsJson = False,
) -> None:
    """Show what each feature group is worth: the recipe without it, on sources left out.

    Example: winnow-train ablate --corpus a.jsonl.gz --corpus b.jsonl.gz --sources a,b
    """
    _, examples = training_set(corpus, None, invented=invented, progress=bar)
    chosen = sources.split(",") if sources else comparable_sources(examples)
    found = list(ablate(examples, chosen, every=every, jobs=jobs, progress=bar))
    if report is not None:
        write_ablation_report(report, chosen, every, found)
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in found]))
    else:
        console().print(ablation_table(found))


@app.command()
def tastes(
    corpus: Corpora,
    sources: Annotated[
        str | None, typer.Option(help="Sources to leave out, comma between; default: all blogs.")
    ] = None,
    jobs: Jobs = 2,
    as_json: AsJson = False,
) -> None:
    """Show what a blog's own labels bring it: left out of training, then fed 20, 100, 500 of them.

    Example: winnow-train tastes --corpus a.jsonl.gz --corpus b.jsonl.gz --sources a,b
    """
    _, examples = training_set(corpus, None)
    chosen = sources.split(",") if sources else comparable_sources(examples)
    matrix = fitted_matrix(examples.comments, jobs=jobs, progress=bar)
    found = try_tastes(matrix, examples, chosen, progress=bar)
    if as_json:
        typer.echo(json.dumps([asdict(trial) for trial in found]))
    else:
        console().print(taste_table(found))


@app.command()
def suspects(
    corpus: Corpora,
    count: Annotated[int, typer.Option(min=1, help="How many rows that contradict.")] = 200,
    invented: WithInvented = True,
    jobs: Jobs = 2,
) -> None:
    """Write rows whose label looks wrong, mixed with as many others, to be read blind.

    One JSON object a line, without score or label. They hold people's words: keep them out of
    any repository, and record what you find as corrections, by digest.

    Example: winnow-train suspects --corpus blog.jsonl.gz --count 100 > /tmp/to-read.jsonl
    """
    _, examples = training_set(corpus, None, invented=invented, progress=bar)
    matrix = fitted_matrix(examples.comments, jobs=jobs, progress=bar)
    folds = evidence_folds(examples, comparable_sources(examples))
    found = out_of_source(matrix, examples, folds, progress=bar)
    scores = certify(found, examples).scores_of(found)
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


def main() -> None:
    """Run the command; faults that a person can mend end in one clear line and status 1."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our lines has seen enough
        sys.exit(0)
    except (BundleError, CorpusError, OSError, ValueError) as fault:
        console(stderr=True).print(f"winnow-train: {fault}", markup=False)
        sys.exit(1)
