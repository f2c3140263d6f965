"""`winnow keys`: who may call us, and for what."""

from typing import Annotated

import typer

from service.auth import Key, Scope, fingerprint, new_secret
from service.clock import now
from service.commands.opened import opened_store
from service.commands.output import JsonOption, show
from service.identifiers import IdentifierSource
from service.store.keys import add_key, keys_of, revoke_key, site_named

app = typer.Typer(help="Add, list and revoke keys.", no_args_is_help=True)


@app.command(epilog="Example: `winnow keys add myblog --scope check --scope label`")
def add(
    site: Annotated[str, typer.Argument(help="Name of the site that the key speaks for.")],
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it may do; repeat for several.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and show its secret, once; only a hash of it is stored."""
    scopes = frozenset(scope or [Scope.CHECK])
    secret = new_secret()
    with opened_store() as store, store.writing() as connection:
        owner = site_named(connection, site)
        if owner is None:
            raise SystemExit(f"winnow: no site named {site!r}; see `winnow sites list`")
        key = Key(IdentifierSource()(), None if Scope.OPERATOR in scopes else owner.id, scopes)
        add_key(connection, key, fingerprint(secret), now())
    row = {"id": key.id, "site": site, "scopes": " ".join(sorted(scopes)), "secret": secret}
    show([row], as_json=as_json, title="Key added; this is the only time its secret is shown")


@app.command("list", epilog="Example: `winnow keys list myblog`")
def list_keys(
    site: Annotated[str, typer.Argument(help="Name of the site.")], as_json: JsonOption = False
) -> None:
    """List the live keys of a site, without their secrets."""
    with opened_store() as store, store.reading() as connection:
        owner = site_named(connection, site)
        found = keys_of(connection, owner.id) if owner else []
    rows = [{"id": key.id, "scopes": " ".join(sorted(key.scopes))} for key in found]
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
