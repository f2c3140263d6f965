"""`winnow-train import`: the owner's old comments as a corpus."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from models.comment import Label
from training.console import console
from training.importers import importing
from training.importers.errors import ImporterError, OptionsError
from training.importers.import_result import ImportResult
from training.importers.importing import ImportRequest
from training.importers.registry import FORMATS, find_format
from training.importers.source_format import ImportOptions

_LABELS: Mapping[str, Label | None] = {"spam": Label.SPAM, "ham": Label.HAM, "unknown": None}


def import_command(  # noqa: PLR0913, PLR0917  # each is an option of the command line
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, metavar="FILE...")],
    source: Annotated[str, typer.Option(help="The blog's name in the corpus; keep it the same.")],
    out: Annotated[Path, typer.Option(help="The corpus to write; .gz in the name compresses.")],
    format_name: Annotated[
        str | None,
        typer.Option("--format", help=f"{', '.join(FORMATS)}; told from the file if left out."),
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="CSV: our field and its column, content=body.")
    ] = None,
    label: Annotated[
        list[str] | None, typer.Option(help="CSV: a label value and its meaning, 1=spam.")
    ] = None,
    table: Annotated[
        str | None, typer.Option(help="SQL dump of several blogs: the comments table to read.")
    ] = None,
    pingbacks: Annotated[bool, typer.Option(help="Keep pingbacks and trackbacks.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Turn the comments of another system into a corpus, without e-mail and IP addresses.

    Reads WordPress, Disqus, Isso, Remark42, CSV and our own JSON Lines, gzipped or not.

    A damaged file leaves no corpus behind, and the same file twice doubles nothing.

    Example: winnow-train import export.xml --source myblog --out corpus.jsonl.gz
    """
    errors = Console(stderr=True)
    try:
        options = ImportOptions(_columns(column), _labels(label), table, pingbacks)
        request = ImportRequest(files, find_format(files[0], format_name), source, out, options)
        with _progress_bar(errors) as progress:
            result = importing.import_comments(request, progress)
    except (ImporterError, OSError) as error:
        errors.print(f"winnow-train: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(result.as_json()))
    else:
        _print_result(console(), result)


def _columns(pairs: list[str] | None) -> dict[str, str]:
    return dict(_pair(text, "--column content=body") for text in pairs or [])


def _labels(pairs: list[str] | None) -> dict[str, Label | None]:
    named = dict(_pair(text, "--label 1=spam") for text in pairs or [])
    for meaning in named.values():
        if meaning not in _LABELS:
            raise OptionsError(f"--label …={meaning}: the labels are {', '.join(_LABELS)}.")
    return {value: _LABELS[meaning] for value, meaning in named.items()}


def _pair(text: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise OptionsError(f"'{text}' is not a pair; write it like {example}.")
    return name, value


@contextmanager
def _progress_bar(console: Console) -> Iterator[importing.Progress]:
    """Draw bytes read on a terminal; elsewhere Rich draws nothing."""
    columns = (TextColumn("Importing"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("import", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print_result(shown: Console, result: ImportResult) -> None:
    shown.print(f"{result.rows:,} comments of {result.source} in {escape(str(result.corpus))}")
    table = Table("", "comments", "why, and the first ids")
    table.add_row("ham", f"{result.ham:,}", "")
    table.add_row("spam", f"{result.spam:,}", "")
    table.add_row("unknown", f"{result.unknown:,}", "kept without a label")
    for reason, skips in result.skipped.items():
        examples = escape(", ".join(skips.examples))
        table.add_row("skipped", f"{skips.count:,}", f"{reason.value}: {examples}")
    shown.print(table)
    if result.undated:
        shown.print(f"{result.undated:,} comments tell no time of writing.")
    if result.replaced:
        shown.print(f"{result.replaced:,} control characters became spaces.")
    if result.advice:
        shown.print(result.advice)
