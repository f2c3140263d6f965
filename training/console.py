"""Where the command prints: a terminal as wide as it is, or a pipe wide enough for every table."""

from rich.console import Console

# Rich takes a pipe for 80 columns and cuts what does not fit; our widest table needs about 170.
_PIPE_WIDTH = 220


def console(*, stderr: bool = False) -> Console:
    """Return a console on standard output, or on standard error."""
    found = Console(stderr=stderr)
    if not found.is_terminal:
        found.width = max(found.width, _PIPE_WIDTH)
    return found
