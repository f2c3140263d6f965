"""`winnow forget`: take labels from all later training."""

from typing import Annotated

import typer

from service.commands.bundles import person
from service.commands.opened import opened_store
from service.commands.output import JsonOption, show
from service.identifiers import IdentifierSource
from service.loop.forgetting import Forgotten
from service.loop.forgetting import forget as run


def forget(
    comment: Annotated[str | None, typer.Option(help="Id of one comment.")] = None,
    author: Annotated[
        str | None, typer.Option(help="E-mail, or the site's own id, of an author.")
    ] = None,
    reviewer: Annotated[
        str | None, typer.Option(help="Who labelled, as `winnow labels suspects` names them.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Forget the labels of a comment, an author or a reviewer; the comments stand as they do.

    The next `winnow retrain` learns without them, and its manifest says how many were forgotten.

    Example: `winnow forget --reviewer "key 01JDA2…"`
    """
    if sum(name is not None for name in (comment, author, reviewer)) != 1:
        raise SystemExit("winnow: give exactly one of --comment, --author and --reviewer")
    with opened_store() as store:
        count = run(store, Forgotten(comment, author, reviewer), person(), IdentifierSource())
    show([{"forgotten": count}], as_json=as_json, title="Labels forgotten")
