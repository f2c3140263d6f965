"""`winnow retrain`: a better classifier from the labels, if it is one."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from service.commands.bundles import opened_bundles, person
from service.commands.output import JsonOption, console
from service.loop.retraining import Retrained, Wish
from service.loop.retraining import retrain as run
from service.loop.training_child import TrainingFailed
from service.settings import Settings


def retrain(  # noqa: PLR0913, PLR0917 - a parameter is an option of the command
    promote: Annotated[bool, typer.Option(help="Put it in use if it passes the gate.")] = False,
    least_labels: Annotated[
        int, typer.Option(min=0, help="New labels of each kind that the gate asks for.")
    ] = 100,
    half_life_days: Annotated[
        float, typer.Option(min=1, help="After so many days a label counts half.")
    ] = 180.0,
    corpus: Annotated[
        list[Path] | None,
        typer.Option("--corpus", exists=True, dir_okay=False, help="Whole corpora to fit on too."),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes that compute features.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Fit a candidate on the labels, compare it with the incumbent, switch if it may take over.

    Runs beside the service at lower priority. Ends with status 1 and changes nothing when the
    gate refuses; the HTML report says why.

    Example: `winnow retrain --promote`
    """
    wish = Wish(
        person(),
        promote,
        least_labels,
        half_life_days,
        tuple(corpus or ()),
        jobs,
    )
    reports = Settings.from_environ(os.environ).data_dir / "reports"
    try:
        with opened_bundles() as bundles:
            done = run(bundles, reports, wish)
    except TrainingFailed as fault:
        raise SystemExit(f"winnow: {fault}") from None
    if as_json:
        typer.echo(json.dumps(done.to_json()))
    else:
        console().print(_table(done), *done.remarks, f"Report: {done.report}", sep="\n")
    if not done.passed:
        raise SystemExit(1)


def _table(done: Retrained) -> Table:
    came = "Promoted" if done.promotion else "Passed" if done.passed else "Refused"
    table = Table("check", "", "what was found", title=f"{came}: {done.candidate}")
    for check in done.checks:
        table.add_row(check.name, "ok" if check.passed else "REFUSED", check.reason)
    return table
