"""`winnow bundles`: which are kept, what each promises, and the switch."""

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from models.bundle import Bundle, BundleError, load_bundle
from models.thresholds import CertifiedLimit
from service.clock import iso, now
from service.commands.opened import opened_store
from service.commands.output import JsonOption, console, show
from service.errors import Problem
from service.loop.bundle_folder import BundleFolder
from service.loop.bundle_schemas import promotion_fields, registry_fields
from service.loop.bundles import Bundles, Switch
from service.loop.shadow import begin_shadow
from service.settings import Settings
from service.store.shadows import end_shadows, newest_shadow, shadow_directions

app = typer.Typer(help="List, add, inspect and switch bundles.", no_args_is_help=True)

Why = Annotated[str, typer.Option(help="Kept with the switch, for whoever looks later.")]
Version = Annotated[str, typer.Argument(help="A version from `winnow bundles list`.")]


@contextmanager
def opened_bundles() -> Iterator[Bundles]:
    """Open the registry that the settings name; a fault ends the command in one line."""
    settings = Settings.from_environ(os.environ)
    try:
        with opened_store() as store:
            first = load_bundle(settings.bundle_dir)
            yield Bundles(store, BundleFolder(settings.data_dir / "bundles"), first)
    except (BundleError, OSError) as fault:
        raise SystemExit(f"winnow: {fault}") from None
    except Problem as fault:
        raise SystemExit(f"winnow: {fault.detail}") from None


def person() -> str:
    """Return who runs the command, for the record."""
    return f"command {getpass.getuser()}"


@app.command("list", epilog="Example: `winnow bundles list --json`")
def list_bundles(as_json: JsonOption = False) -> None:
    """List the bundles that are kept and every switch between them."""
    with opened_bundles() as bundles:
        fields = registry_fields(bundles.registry())
    if as_json:
        typer.echo(json.dumps(fields))
        return
    show(fields["bundles"], as_json=False, title="Bundles")
    show(fields["promotions"], as_json=False, title="Promotions")


@app.command("show", epilog="Example: `winnow bundles show 2026-11-22-0123456789ab`")
def show_bundle(version: Version, as_json: JsonOption = False) -> None:
    """Show what a bundle promises: each certified limit with its evidence."""
    with opened_bundles() as bundles:
        bundle = bundles.load(version)
    if as_json:
        typer.echo(json.dumps(bundle.manifest.to_json() | {"version": bundle.version}))
    else:
        console().print(_limits(bundle), _origin(bundle))


@app.command(epilog="Example: `winnow bundles add ./candidate`")
def add(
    folder: Annotated[Path, typer.Argument(help="A bundle that `winnow-train` wrote.")],
    as_json: JsonOption = False,
) -> None:
    """Copy a bundle into the data folder and register it; it is not in use by that."""
    with opened_bundles() as bundles:
        bundle = load_bundle(folder)
        bundles.add(bundle, person(), "added")
    row = {"version": bundle.version, "created_at": bundle.manifest.created_at}
    show([row], as_json=as_json, title="Bundle added")


@app.command(epilog="Example: `winnow bundles activate 2026-11-22-0123456789ab --why tried`")
def activate(version: Version, why: Why, as_json: JsonOption = False) -> None:
    """Put a bundle in use on every replica within seconds, without the gate."""
    with opened_bundles() as bundles:
        promotion = bundles.activate(Switch(version, person(), why))
    show([promotion_fields(promotion)], as_json=as_json, title="Bundle in use")


@app.command(epilog="Example: `winnow bundles rollback --why 'too much held'`")
def rollback(why: Why, as_json: JsonOption = False) -> None:
    """Go back to the bundle that was in use before."""
    with opened_bundles() as bundles:
        promotion = bundles.rollback(person(), why)
    show([promotion_fields(promotion)], as_json=as_json, title="Bundle in use")


@app.command(epilog="Example: `winnow bundles shadow 2026-11-22-0123456789ab --days 7`")
def shadow(
    version: Annotated[
        str | None, typer.Argument(help="A version to let in; none shows what came of the last.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it decides.")] = 7,
    end: Annotated[
        bool, typer.Option("--end", help="Let nobody decide in the shadow now.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Let a bundle decide live comments beside the incumbent; its decisions are stored, not given.

    Without a version: how often it decided otherwise than the incumbent.
    """
    with opened_bundles() as bundles:
        if end:
            with bundles.store.writing() as connection:
                end_shadows(connection, now())
        if version is not None and not end:
            begin_shadow(bundles, version, days, person())
        with bundles.store.reading() as connection:
            newest = newest_shadow(connection)
            found = shadow_directions(connection, newest.version) if newest else []
    if newest is None:
        rows, title = [], "No bundle was in the shadow yet"
    else:
        title = f"{newest.version} in the shadow until {iso(newest.until)}"
        rows = [{"given": given, "shadow": would, "comments": n} for given, would, n in found]
    show(rows, as_json=as_json, title=title)


def _limits(bundle: Bundle) -> Table:
    title = f"Bundle {bundle.version}: what is certified"
    table = Table("limit", "score", "wrong", "of", "at most, surely", title=title)
    thresholds = bundle.manifest.thresholds
    for name, limits in (
        ("ham rejected", thresholds.max_ham_rejected),
        ("spam approved", thresholds.max_spam_approved),
    ):
        for one in limits:
            table.add_row(f"{name} ≤ {one.limit:.2%}", *_evidence(one))
        table.add_section()
    return table


def _evidence(one: CertifiedLimit) -> tuple[str, str, str, str]:
    threshold = "evidence too thin" if one.threshold is None else f"{one.threshold:.5f}"
    return threshold, f"{one.errors:,}", f"{one.count:,}", f"{one.bound:.3%}"


def _origin(bundle: Bundle) -> Table:
    table = Table("fitted on", "spam", "ham", title=f"Made {bundle.manifest.created_at}")
    for corpus in bundle.manifest.corpora:
        table.add_row(corpus.name, f"{corpus.spam:,}", f"{corpus.ham:,}")
    rows: list[tuple[str, Any]] = [("parent", bundle.manifest.parent or "none")]
    for name, value in rows:
        table.add_row(f"{name}: {value}", "", "")
    return table
