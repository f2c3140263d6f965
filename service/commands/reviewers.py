"""`winnow reviewers`: the people at the review desk."""

from typing import Annotated

import typer
from sqlalchemy.exc import IntegrityError

from service.clock import iso, now
from service.commands.opened import opened_store
from service.commands.output import JsonOption, show
from service.identifiers import IdentifierSource
from service.reviewing.passwords import WeakPassword, hash_password
from service.reviewing.reviewer import Reviewer, ReviewerRole
from service.store.keys import site_named
from service.store.reviewers import (
    add_reviewer,
    give_role,
    members_of,
    reviewer_named,
    set_password,
    take_role,
)

app = typer.Typer(help="Add, list and remove the people who review.", no_args_is_help=True)

SiteArgument = Annotated[str, typer.Argument(help="Name of the site.")]
NameArgument = Annotated[str, typer.Argument(help="The person's name, as they log in.")]
PasswordOption = Annotated[
    str, typer.Option(prompt=True, hide_input=True, help="Asked for when left out.")
]


@app.command(epilog="Example: `winnow reviewers add default Ada --role admin`")
def add(
    site: SiteArgument,
    name: NameArgument,
    password: PasswordOption,
    role: Annotated[ReviewerRole, typer.Option(help="What they may do.")] = ReviewerRole.REVIEWER,
    as_json: JsonOption = False,
) -> None:
    """Let a person review a site; someone who reviews another site keeps their password."""
    with opened_store() as store:
        try:
            with store.writing() as connection:
                owner = site_named(connection, site)
                if owner is None:
                    raise SystemExit(f"winnow: no site named {site!r}; see `winnow sites list`")
                known = reviewer_named(connection, name)
                reviewer = known[0] if known else Reviewer(IdentifierSource()(), name, now())
                if known is None:
                    add_reviewer(connection, reviewer, hash_password(password, name))
                give_role(connection, reviewer.id, owner.id, role)
        except WeakPassword as fault:
            raise SystemExit(f"winnow: {fault}") from None
        except IntegrityError:
            raise SystemExit(f"winnow: there is a reviewer named {name!r} already") from None
    show([{"name": name, "site": site, "role": role.value}], as_json=as_json, title="Reviewer")


@app.command("list", epilog="Example: `winnow reviewers list default`")
def list_reviewers(site: SiteArgument, as_json: JsonOption = False) -> None:
    """List the reviewers of a site."""
    with opened_store() as store, store.reading() as connection:
        owner = site_named(connection, site)
        found = members_of(connection, owner.id) if owner else []
    rows = [
        {
            "name": one.reviewer.name,
            "role": one.role.value,
            "created_at": iso(one.reviewer.created_at),
        }
        for one in found
    ]
    show(rows, as_json=as_json, title=f"Reviewers of {site}")


@app.command(epilog="Example: `winnow reviewers password Ada`")
def password(name: NameArgument, password: PasswordOption, as_json: JsonOption = False) -> None:
    """Give a person another password; ends all of their sessions."""
    with opened_store() as store, store.writing() as connection:
        known = reviewer_named(connection, name)
        if known is None:
            raise SystemExit(f"winnow: no reviewer named {name!r}")
        try:
            set_password(connection, known[0].id, hash_password(password, name))
        except WeakPassword as fault:
            raise SystemExit(f"winnow: {fault}") from None
    show([{"name": name, "changed": True}], as_json=as_json, title="Password changed")


@app.command(epilog="Example: `winnow reviewers remove default Ada`")
def remove(site: SiteArgument, name: NameArgument, as_json: JsonOption = False) -> None:
    """End a person's work on a site, and their sessions there; their answers stay."""
    with opened_store() as store, store.writing() as connection:
        owner, known = site_named(connection, site), reviewer_named(connection, name)
        if owner is None or known is None or not take_role(connection, known[0].id, owner.id):
            raise SystemExit(f"winnow: {name!r} does not review {site!r}")
    show([{"name": name, "site": site, "removed": True}], as_json=as_json, title="Removed")
