"""`winnow sites`: the blogs that call us."""

from typing import Annotated

import typer
from sqlalchemy.exc import IntegrityError

from service.clock import iso, now
from service.commands.opened import opened_store
from service.commands.output import JsonOption, show
from service.identifiers import IdentifierSource
from service.store.keys import Site, add_site, all_sites

app = typer.Typer(help="Add and list the sites that call us.", no_args_is_help=True)


@app.command(epilog="Example: `winnow sites add myblog`")
def add(
    name: Annotated[str, typer.Argument(help="A short name, unique on this installation.")],
    as_json: JsonOption = False,
) -> None:
    """Add a site; give it a key with `winnow keys add`."""
    site = Site(IdentifierSource()(), name, now())
    with opened_store() as store:
        try:
            with store.writing() as connection:
                add_site(connection, site)
        except IntegrityError:
            raise SystemExit(f"winnow: there is a site named {name!r} already") from None
    show([_row(site)], as_json=as_json, title="Site added")


@app.command("list", epilog="Example: `winnow sites list --json`")
def list_sites(as_json: JsonOption = False) -> None:
    """List all sites, oldest first."""
    with opened_store() as store, store.reading() as connection:
        rows = [_row(site) for site in all_sites(connection)]
    show(rows, as_json=as_json, title="Sites")


def _row(site: Site) -> dict[str, str]:
    return {"id": site.id, "name": site.name, "created_at": iso(site.created_at)}
