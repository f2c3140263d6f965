"""The command `tubespam`: the YouTube Spam Collection by the author's own split."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from models.corpus import read_corpus
from training.console import console
from training.options import AsJson
from training.progress import bar
from training.tubespam import TABLE, VideoResult, judge_video, published_accuracies, read_videos


def tubespam_command(
    folder: Annotated[
        Path,
        typer.Argument(
            exists=True, file_okay=False, help="Holds author_split.csv and published_tables.md."
        ),
    ],
    corpus: Annotated[
        Path, typer.Option("--corpus", exists=True, dir_okay=False, help="The comments' texts.")
    ],
    as_json: AsJson = False,
) -> None:
    """Judge our features on the YouTube Spam Collection: one model a video, the author's split.

    Example: winnow-train tubespam data/tubespam --corpus data/corpora/tubespam.jsonl.gz
    """
    videos = read_videos(folder / "author_split.csv", read_corpus(corpus))
    published = published_accuracies((folder / "published_tables.md").read_text(encoding="utf-8"))
    results = [judge_video(video, published.get(video.name), progress=bar) for video in videos]
    if as_json:
        typer.echo(json.dumps([asdict(result) for result in results]))
    else:
        console().print(_table(results))


def _table(results: list[VideoResult]) -> Table:
    mean = np.mean([result.accuracy for result in results])
    table = Table(
        *(
            "video",
            "train",
            "test",
            "accuracy",
            f"best of {TABLE}",
            "cross-validated",
            "best reading",
        ),
        title=f"YouTube Spam Collection, author's split (mean accuracy {mean:.2%})",
    )
    for result in results:
        first = result.settings[0]
        kind = ("presence" if first.presence else "counts") + (", ratios" if first.ratios else "")
        table.add_row(
            result.video,
            str(result.train),
            str(result.test),
            f"{result.accuracy:.2%}",
            "-" if result.published is None else f"{result.published:.2%}",
            f"{result.cross_validated:.2%}",
            f"{' '.join(first.groups)}; {kind}; C={first.strength:g}",
        )
    return table
