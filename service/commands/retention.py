"""`winnow retention`: remove what is older than it may be."""

import os

import typer

from service.clock import now
from service.commands.opened import opened_store
from service.commands.output import JsonOption, show
from service.settings import Settings
from service.store.engine import Store
from service.store.retention import DAY, Cutoffs, remove_texts, shorten_addresses

app = typer.Typer(help="Remove what is older than it may be.", no_args_is_help=True)


@app.callback()
def retention() -> None:
    """Remove what is older than it may be."""


@app.command(epilog="Example, once a day: `winnow retention run`")
def run(as_json: JsonOption = False) -> None:
    """Shorten addresses after a day; remove old texts, authors and their hashes."""
    settings = Settings.from_environ(os.environ)
    at = now()
    cutoffs = Cutoffs(
        addresses=at - DAY,
        held=at - settings.keep_held_days * DAY,
        decided=at - settings.keep_text_days * DAY,
    )
    with opened_store() as store:
        row = {"addresses": _addresses(store, cutoffs), "texts": _texts(store, cutoffs)}
    show([row], as_json=as_json, title="Removed")


def _addresses(store: Store, cutoffs: Cutoffs) -> int:
    """Go through in small transactions, so that no comment waits for us."""
    total, last = 0, " "
    while last:
        with store.writing() as connection:
            changed, last = shorten_addresses(connection, cutoffs, last)
        total += changed
    return total


def _texts(store: Store, cutoffs: Cutoffs) -> int:
    total = 0
    while True:
        with store.writing() as connection:
            removed = remove_texts(connection, cutoffs)
        total += removed
        if not removed:
            return total
