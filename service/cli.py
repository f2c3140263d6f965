"""The command `winnow`: the service and its administration."""

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
    serve,
    sites,
    webhooks,
)

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
app.command(epilog="Example: `WINNOW_PORT=9000 winnow serve`")(serve.serve)
app.command()(score.score)
app.command()(retrain.retrain)
app.command()(replay.replay)
app.command()(forget.forget)
app.command()(backup.backup)
app.command()(backup.restore)
