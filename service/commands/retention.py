"""`winnow retention`: remove what is older than it may be."""

import os
from collections.abc import Callable

import typer
from sqlalchemy import Connection

from service.clock import now
from service.commands.opened import opened_store
from service.commands.output import JsonOption, show
from service.sealing import Sealer
from service.settings import Settings
from service.store.engine import Store
from service.store.retention import (
    DAY,
    Cutoffs,
    NetworkMark,
    forget_twins,
    hide_addresses,
    hide_former_addresses,
    remove_texts,
)

app = typer.Typer(help="Remove what is older than it may be.", no_args_is_help=True)


@app.callback()
def retention() -> None:
    """Remove what is older than it may be."""


@app.command(epilog="Example, once a day: `winnow retention run`")
def run(as_json: JsonOption = False) -> None:
    """Hash addresses after a day; remove old texts, authors and their hashes."""
    settings = Settings.from_environ(os.environ)
    at = now()
    cutoffs = Cutoffs(
        addresses=at - DAY,
        held=at - settings.keep_held_days * DAY,
        decided=at - settings.keep_text_days * DAY,
    )
    mark = Sealer.of(settings).network_mark
    with opened_store() as store:
        texts = _all(store, lambda connection: remove_texts(connection, cutoffs))
        row = {"addresses": _addresses(store, cutoffs, mark), "texts": texts}
        store.empty_log()
    show([row], as_json=as_json, title="Removed")


def _addresses(store: Store, cutoffs: Cutoffs, mark: NetworkMark) -> int:
    total, last = 0, " "
    while last:
        with store.writing() as connection:
            changed, last = hide_addresses(connection, cutoffs, mark, last)
        total += changed
    total += _all(store, lambda connection: hide_former_addresses(connection, cutoffs, mark))
    _all(store, lambda connection: forget_twins(connection, cutoffs))
    return total


def _all(store: Store, some: Callable[[Connection], int]) -> int:
    """Go through in small transactions, so that no comment waits for us; return how many."""
    total = 0
    while True:
        with store.writing() as connection:
            done = some(connection)
        total += done
        if not done:
            return total
