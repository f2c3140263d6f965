"""`winnow keys`: who may call us, and for what."""

import os
from typing import Annotated

import typer
from sqlalchemy import Connection

from service.akismet.client import HoldAs
from service.akismet.keys import new_akismet_secret
from service.clock import now
from service.commands.opened import opened_store
from service.commands.output import JsonOption, show
from service.edge.auth import Key, Scope, fingerprint, new_secret
from service.identifiers import IdentifierSource
from service.sealing import Sealer
from service.settings import Settings
from service.store.akismet import add_akismet_key, akismet_answers, set_akismet_key
from service.store.keys import Site, add_key, keys_of, revoke_key, site_named

app = typer.Typer(help="Add, list and revoke keys.", no_args_is_help=True)


@app.command(epilog="Example: `winnow keys add myblog --scope check --scope label`")
def add(
    site: Annotated[str, typer.Argument(help="Name of the site that the key speaks for.")],
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it may do; repeat for several.")
    ] = None,
    akismet: Annotated[
        bool, typer.Option(help="For a blog that speaks Akismet: 12 hexadecimal characters.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a key and show its secret, once; only a hash of it is stored.

    An Akismet key is good for checking and reporting, and is kept sealed: its blog must be told it.
    """
    if akismet:
        _add_akismet(site, as_json=as_json)
        return
    scopes = frozenset(scope or [Scope.CHECK])
    secret = new_secret()
    with opened_store() as store, store.writing() as connection:
        owner = _site(connection, site)
        key = Key(IdentifierSource()(), None if Scope.OPERATOR in scopes else owner.id, scopes)
        add_key(connection, key, fingerprint(secret), now())
    row = {"id": key.id, "site": site, "scopes": " ".join(sorted(scopes)), "secret": secret}
    show([row], as_json=as_json, title="Key added; this is the only time its secret is shown")


def _add_akismet(site: str, *, as_json: bool) -> None:
    secret = new_akismet_secret()
    sealer = Sealer.of(Settings.from_environ(os.environ))
    with opened_store() as store, store.writing() as connection:
        owner = _site(connection, site)
        key = Key(IdentifierSource()(), owner.id, frozenset({Scope.CHECK, Scope.LABEL}))
        add_key(connection, key, sealer.fingerprint(secret), now())
        add_akismet_key(connection, key.id, sealer.seal(secret))
    row = {"id": key.id, "site": site, "scopes": "check label", "secret": secret}
    show([row], as_json=as_json, title="Akismet key added; enter it in the blog's settings")


def _site(connection: Connection, name: str) -> Site:
    owner = site_named(connection, name)
    if owner is None:
        raise SystemExit(f"winnow: no site named {name!r}; see `winnow sites list`")
    return owner


@app.command("set", epilog="Example: `winnow keys set 01JDA2… --hold spam --discard`")
def set_akismet(
    key_id: Annotated[str, typer.Argument(help="Id of an Akismet key, from `winnow keys list`.")],
    hold: Annotated[
        HoldAs, typer.Option(help="How the client is told to hold: true, false, or false + error.")
    ] = HoldAs.AUTO,
    discard: Annotated[
        bool, typer.Option(help="Let the client throw the certainly worst away.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say how the client that has an Akismet key is answered; running services obey in a second."""
    with opened_store() as store, store.writing() as connection:
        if not set_akismet_key(connection, key_id, hold, may_discard=discard):
            raise SystemExit(f"winnow: no Akismet key with the id {key_id!r}")
    row = {"id": key_id, "hold": hold.value, "discard": discard}
    show([row], as_json=as_json, title="Akismet key set")


@app.command("list", epilog="Example: `winnow keys list myblog`")
def list_keys(
    site: Annotated[str, typer.Argument(help="Name of the site.")], as_json: JsonOption = False
) -> None:
    """List the live keys of a site, without their secrets."""
    with opened_store() as store, store.reading() as connection:
        found = keys_of(connection, _site(connection, site).id)
        akismet = akismet_answers(connection, [key.id for key in found])
    rows = [
        {"id": key.id, "scopes": " ".join(sorted(key.scopes)), "akismet": akismet.get(key.id, "")}
        for key in found
    ]
    show(rows, as_json=as_json, title=f"Keys of {site}")


@app.command(epilog="Example: `winnow keys revoke 01JDA2…`")
def revoke(
    key_id: Annotated[str, typer.Argument(help="Id of the key, from `winnow keys list`.")],
    as_json: JsonOption = False,
) -> None:
    """End a key; running services refuse it within a second."""
    with opened_store() as store, store.writing() as connection:
        if not revoke_key(connection, key_id, now()):
            raise SystemExit(f"winnow: no live key with the id {key_id!r}")
    show([{"id": key_id, "revoked": True}], as_json=as_json, title="Key revoked")
