"""The command `winnow-train`: corpora in, bundles and reports out."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from models.bundle import BundleError, BundleExists, load_bundle, save_bundle
from models.corpus import CorpusError
from training.augment import augment
from training.candidate import make_candidate
from training.corrections import read_corrections
from training.gather import gather
from training.importers.command import import_command
from training.matrix import feature_matrix
from training.progress import bar
from training.requests import request_lines
from training.spin import read_templates
from training.tables import bundle_table

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
Jobs = Annotated[int, typer.Option(min=1, help="Processes that compute features.")]


@app.command()
def fit(
    corpus: Corpora,
    out: Annotated[Path, typer.Option(help="Folder to write; must not exist.")],
    templates: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Spun-comment templates.")
    ] = None,
    jobs: Jobs = 2,
    as_json: AsJson = False,
) -> None:
    """Fit a bundle on labelled corpora, calibrated and certified on sources left out.

    Example: winnow-train fit --corpus blog.jsonl.gz --corpus forum.jsonl.gz --out bundles/new
    """
    if out.exists():
        raise BundleExists(f"{out} is there already; bundles are never overwritten.")
    gathered = gather(corpus, read_corrections(), progress=bar)
    spun = read_templates(templates) if templates else []
    examples = augment(gathered.examples, spun)
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
        Console(stderr=True).print(f"winnow-train: {fault}", markup=False)
        sys.exit(1)
