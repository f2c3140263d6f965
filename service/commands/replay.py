"""`winnow replay`: what another bundle or other limits would have decided."""

import json
import re
from typing import Annotated

import typer
from rich.table import Table

from service.clock import now
from service.commands.bundles import opened_bundles
from service.commands.output import JsonOption, console
from service.loop.replay import Replayed
from service.loop.replay import replay as run
from service.loop.rescoring import Limits, rescored
from service.loop.scorers import scorer_of

_UNITS = {"h": 3_600, "d": 86_400, "w": 604_800}
_SHOWN = 80


def replay(  # noqa: PLR0913, PLR0917 - a parameter is an option of the command
    bundle: Annotated[
        str | None,
        typer.Option(help="A version from `winnow bundles list`; the incumbent if unset."),
    ] = None,
    since: Annotated[str, typer.Option(help="How far back: 12h, 30d, 8w.")] = "30d",
    max_ham_rejected: Annotated[
        float | None, typer.Option(help="This limit instead of each site's own.")
    ] = None,
    max_spam_approved: Annotated[
        float | None, typer.Option(help="This limit instead of each site's own.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Comments to look at, the newest.")] = 100_000,
    examples: Annotated[int, typer.Option(min=0, help="Changed comments to show.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Decide stored comments anew and list which decisions would change; nothing is stored.

    Signals count as they were known then; what people said since is shown beside.

    Example: `winnow replay --bundle 2026-11-22-0123456789ab --since 30d`
    """
    begin = now() - _seconds(since) * 1_000_000
    limits = Limits(max_ham_rejected, max_spam_approved)
    with opened_bundles() as bundles:
        version = bundle or bundles.registry().incumbent
        scorer = scorer_of(bundles.store, bundles.load(version))
        done = run(rescored(bundles.store, [scorer], begin, most, limits), examples)
    if as_json:
        typer.echo(json.dumps(done.to_json()))
    else:
        console().print(*_tables(done, version), sep="\n")


def _seconds(text: str) -> int:
    found = re.fullmatch(r"(\d{1,5})([hdw])", text)
    if found is None:
        raise SystemExit(f"winnow: --since {text!r} is no time span; write 12h, 30d or 8w")
    return int(found[1]) * _UNITS[found[2]]


def _tables(done: Replayed, version: str) -> tuple[Table, Table]:
    title = f"{done.changed:,} of {done.comments:,} decisions would change under {version}"
    counts = Table("given", "would be", "comments", title=title)
    for given, after, count in done.directions:
        counts.add_row(given, after, f"{count:,}")
    shown = Table("comment", "given", "would be", "score", "label", "text")
    for one in done.examples:
        text = " ".join(one.content.split())[:_SHOWN]
        shown.add_row(one.id, one.given, one.would_be, f"{one.score:.3f}", one.label or "", text)
    return counts, shown
