"""The command `winnow`: the service and its administration."""

import os
import sys

import typer

from service.commands import (
    backup,
    bundles,
    forget,
    keys,
    labels,
    replay,
    retention,
    retrain,
    reviewers,
    score,
    sites,
    webhooks,
)
from service.server import StartError
from service.server import serve as serve_forever
from service.settings import Settings, SettingsError

app = typer.Typer(
    help="Comment moderation that a blog runs itself.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(sites.app, name="sites")
app.add_typer(keys.app, name="keys")
app.add_typer(bundles.app, name="bundles")
app.add_typer(labels.app, name="labels")
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(retention.app, name="retention")
app.add_typer(reviewers.app, name="reviewers")
app.command()(score.score)
app.command()(retrain.retrain)
app.command()(replay.replay)
app.command()(forget.forget)
app.command()(backup.backup)
app.command()(backup.restore)


@app.command(epilog="Example: `WINNOW_PORT=9000 winnow serve`")
def serve() -> None:
    """Start the service; settings are `WINNOW_…` environment variables."""
    try:
        serve_forever(Settings.from_environ(os.environ))
    except StartError as fault:
        raise SystemExit(f"winnow: {fault}") from None


def main() -> None:
    """Run the command; a wrong setting ends it with one line."""
    try:
        app()
    except SettingsError as fault:
        sys.exit(f"winnow: {fault}")
