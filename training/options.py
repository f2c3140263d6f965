"""Options that several commands of `winnow-train` share."""

from pathlib import Path
from typing import Annotated

import typer

Corpora = Annotated[
    list[Path],
    typer.Option("--corpus", exists=True, dir_okay=False, help="A corpus; give it repeatedly."),
]
Sources = Annotated[
    str | None, typer.Option(help="Sources to leave out, comma between; default: all blogs.")
]
Templates = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Spun-comment templates.")
]
WithInvented = Annotated[
    bool, typer.Option(help="Teach the comments that we invented for what corpora hardly know.")
]
Jobs = Annotated[int, typer.Option(min=1, help="Processes that compute features.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]
