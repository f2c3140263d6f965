"""`winnow labels`: what people said, out as a corpus, in from another system, and what looks wrong."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from models.corpus import CorpusError
from models.scorer import Scorer
from service.clock import iso, now
from service.commands.bundles import opened_bundles, person
from service.commands.opened import opened_store
from service.commands.output import JsonOption, show
from service.loop.bundle_folder import for_scoring
from service.loop.importing import import_labels
from service.loop.label_corpus import label_lines
from service.loop.retraining import doubted_labels
from service.loop.suspects import suspects as find_suspects
from service.loop.training_child import TrainingFailed
from service.store.confirmations import add_confirmation, has_labelled
from service.store.keys import site_named

app = typer.Typer(help="Export, import and check labels.", no_args_is_help=True)


@app.command(epilog="Example: `winnow labels export labels.jsonl`")
def export(
    file: Annotated[Path, typer.Argument(help="The corpus to write; - is standard output.")],
) -> None:
    """Write every label as a corpus (JSON Lines), without e-mail and IP addresses."""
    with opened_store() as store:
        lines = label_lines(store)
        if str(file) == "-":
            for line in lines:
                typer.echo(line)
            return
        if file.exists():
            raise SystemExit(f"winnow: {file} exists; an export never overwrites one")
        console = Console(stderr=True)
        with file.open("w", encoding="utf-8", newline="\n") as out:
            for line in track(lines, "Exporting", console=console, disable=not console.is_terminal):
                out.write(line + "\n")


@app.command("import", epilog="Example: `winnow labels import export.xml --site myblog`")
def import_(  # noqa: PLR0913, PLR0917 - a parameter is an option of the command
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    site: Annotated[str, typer.Option(help="The site that the comments belong to.")],
    format_name: Annotated[
        str | None, typer.Option("--format", help="As in `winnow-train import --help`.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="CSV: our field and its column, content=body.")
    ] = None,
    label: Annotated[
        list[str] | None, typer.Option(help="CSV: a label value and its meaning, 1=spam.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Take in the labelled comments of WordPress, Disqus, Isso, Remark42, CSV or JSON Lines.

    A damaged file stores nothing, and the same file twice doubles nothing.
    """
    options = [
        *(["--format", format_name] if format_name else []),
        *(part for pair in column or [] for part in ("--column", pair)),
        *(part for pair in label or [] for part in ("--label", pair)),
    ]
    with opened_store() as store:
        with store.reading() as connection:
            owner = site_named(connection, site)
        if owner is None:
            raise SystemExit(f"winnow: no site named {site!r}; see `winnow sites list`")
        try:
            done = import_labels(store, owner, files, options, person())
        except (TrainingFailed, CorpusError) as fault:
            raise SystemExit(f"winnow: {fault}") from None
    row = {
        "site": site,
        "comments": done.told["rows"],
        "labelled": done.labelled,
        "new": done.new,
        "skipped": sum(one["count"] for one in done.told["skipped"].values()),
    }
    show([row], as_json=as_json, title="Labels imported")


@app.command(epilog='Example: `winnow labels confirm "key 01JDA2…"`')
def confirm(
    who: Annotated[list[str], typer.Argument(help="As `winnow labels suspects` names them.")],
    as_json: JsonOption = False,
) -> None:
    """Stand up for all that somebody has labelled until now: it teaches, though it was doubted.

    What the same person labels later is looked at again.
    """
    at = now()
    with opened_store() as store, store.writing() as connection:
        for name in who:
            if not has_labelled(connection, name):
                raise SystemExit(f"winnow: nobody named {name!r} has labelled anything")
            add_confirmation(connection, name, person(), at)
    rows = [{"who": name, "until": iso(at)} for name in who]
    show(rows, as_json=as_json, title="Labels confirmed")


@app.command(epilog="Example: `winnow labels suspects --most 20`")
def suspects(
    most: Annotated[int, typer.Option(min=1, help="How many to list.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List labels that others, or the classifier, contradict; quarantined ones teach nothing."""
    with opened_bundles() as bundles:
        scorer = Scorer(for_scoring(bundles.load(bundles.registry().incumbent)))
        try:
            doubts = doubted_labels(bundles)
        except TrainingFailed as fault:
            raise SystemExit(f"winnow: {fault}") from None
        found = find_suspects(bundles.store, scorer, most, doubts)
    rows = [
        {
            "comment": one.comment_id,
            "label": one.label.value,
            "who": one.who,
            "why": one.why,
            "quarantined": one.quarantined,
        }
        for one in found
    ]
    if as_json:
        sys.stdout.write(json.dumps(rows) + "\n")
    else:
        show(rows, as_json=False, title="Labels to look at again")
