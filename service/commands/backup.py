"""`winnow backup` and `winnow restore`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from service import backup as copy
from service.commands.opened import opened_store
from service.commands.output import JsonOption, show


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write the copy; must not exist.")],
    as_json: JsonOption = False,
) -> None:
    """Copy everything in the store, consistently, while the service runs.

    Example: `winnow backup winnow-2026-11-22.jsonl.gz`
    """
    with opened_store() as store, _bar("Copying", copy.row_count(store)) as progress, _told():
        rows = copy.write_backup(store, file, progress)
    show([{"file": str(file), "rows": rows}], as_json=as_json, title="Backup written")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `winnow backup` wrote.")],
    as_json: JsonOption = False,
) -> None:
    """Fill an empty store from a backup; all of it or nothing.

    Example: `WINNOW_DATA_DIR=./fresh winnow restore winnow-2026-11-22.jsonl.gz`
    """
    with opened_store() as store, _bar("Restoring", None) as progress, _told():
        rows = copy.restore_backup(store, file, progress)
    show([{"file": str(file), "rows": rows}], as_json=as_json, title="Backup restored")


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[copy.Progress]:
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda rows: progress.advance(task, rows)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except copy.BackupError as fault:
        raise SystemExit(f"winnow: {fault}") from None
