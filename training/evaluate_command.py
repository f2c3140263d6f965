"""The command `evaluate`: how well a bundle does, or the recipe on sources that it has not seen."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from models.bundle import load_bundle
from training.attacks.suite import SEED
from training.attacks.trial import try_attacks
from training.console import console
from training.corrections import read_corrections
from training.evaluation import judge
from training.gather import gather
from training.matrix import fitted_matrix
from training.options import AsJson, Corpora, Jobs, Sources, Templates, WithInvented
from training.progress import bar
from training.report import write_report
from training.scored import Scored, score_left_out, score_with
from training.sources import comparable_sources
from training.tables import evaluation_tables, trial_table
from training.training_set import training_set


def evaluate_command(  # noqa: PLR0913, PLR0917 - a parameter is an option of the command
    corpus: Corpora,
    bundle: Annotated[Path | None, typer.Option(file_okay=False, help="Bundle to judge.")] = None,
    leave_one_source_out: Annotated[
        bool, typer.Option(help="Judge the recipe: fit anew without each source.")
    ] = False,
    sources: Sources = None,
    templates: Templates = None,
    invented: WithInvented = True,
    attacks: Annotated[
        bool, typer.Option("--attacks", help="Judge it under the attack suite, too.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report here.")] = None,
    jobs: Jobs = 2,
    as_json: AsJson = False,
) -> None:
    """Judge a bundle, or the recipe on sources that it has not seen.

    Example: winnow-train evaluate --bundle models/shipped --corpus blog.jsonl.gz

    Example: winnow-train evaluate --leave-one-source-out --corpus a.jsonl.gz --corpus b.jsonl.gz

    Example: winnow-train evaluate --bundle models/shipped --corpus blog.jsonl.gz --attacks
    """
    if leave_one_source_out == (bundle is not None):
        raise ValueError("Give either --bundle or --leave-one-source-out.")
    if bundle is not None:
        gathered = gather(corpus, read_corrections(), progress=bar)
        scored = score_with(load_bundle(bundle), gathered.examples, progress=bar)
    else:
        scored = _left_out(corpus, sources, templates, invented, jobs)
    found = judge(scored)
    trials = try_attacks(scored, progress=bar) if attacks else []
    if report is not None:
        title = "Sources left out" if bundle is None else f"Bundle {bundle}"
        write_report(report, title, found, trials=trials)
    if as_json:
        tried = {"attack_seed": SEED, "attacks": [asdict(one) for one in trials]} if attacks else {}
        typer.echo(json.dumps(found.to_json() | tried))
    else:
        tables = [*evaluation_tables(found), *([trial_table(trials)] if attacks else [])]
        console().print(*tables, sep="\n")


def _left_out(
    corpus: list[Path], sources: str | None, templates: Path | None, invented: bool, jobs: int
) -> Scored:
    _, examples = training_set(corpus, templates, invented=invented, progress=bar)
    chosen = sources.split(",") if sources else comparable_sources(examples)
    matrix = fitted_matrix(examples.comments, jobs=jobs, progress=bar)
    return score_left_out(matrix, examples, chosen, progress=bar)
