"""What a command prints: a table for people, JSON for machines."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

# Rich takes a pipe for 80 columns and cuts what does not fit.
_PIPE_WIDTH = 220

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def console() -> Console:
    """Return a console as wide as the terminal; on a pipe, wide enough for every table."""
    found = Console()
    if not found.is_terminal:
        found.width = max(found.width, _PIPE_WIDTH)
    return found


def show(rows: Sequence[dict[str, Any]], *, as_json: bool, title: str) -> None:
    """Print rows that share their columns."""
    if as_json:
        typer.echo(json.dumps(list(rows)))
        return
    if not rows:
        typer.echo(f"{title}: none")
        return
    table = Table(*rows[0], title=title)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    console().print(table)
