"""Progress of long work: a bar on standard error, or nothing at all."""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

T = TypeVar("T")


class Progress(Protocol):
    """Passes `steps` through while it shows how many of `total` are done."""

    def __call__(self, title: str, steps: Iterable[T], total: int) -> Iterator[T]:
        """Yield every step in order."""
        ...


def silent(title: str, steps: Iterable[T], total: int) -> Iterator[T]:  # noqa: ARG001 - a Progress
    """Show nothing."""
    yield from steps


def bar(title: str, steps: Iterable[T], total: int) -> Iterator[T]:
    """Show a bar on standard error when it is a terminal, and one line when it is not."""
    console = Console(stderr=True)
    if not console.is_terminal:
        console.print(f"{title}: {total} steps")
        yield from steps
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console) as shown:
        yield from shown.track(steps, total=total, description=title)
