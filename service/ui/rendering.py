"""Templates: everything is escaped, and a name that is not given is a fault."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from service.clock import iso, now

FOLDER: Final = Path(__file__).parent
MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400


def page(template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Render a template."""
    return HTMLResponse(environment().get_template(template).render(**context), status)


@cache
def environment() -> Environment:
    """Return the one environment of the desk's templates."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(age=age, iso=iso, percent=percent, number="{:,}".format)
    made.globals.update(static=static_address)
    return made


@cache
def static_address(name: str) -> str:
    """Return the address of a static file; it changes with the file, so it may be kept for long."""
    digest = hashlib.sha256((FOLDER / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/review/static/{name}?v={digest}"


def age(microseconds: int) -> str:
    """Tell how long ago a moment was."""
    seconds = max(now() - microseconds, 0) // 1_000_000
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return "just now"


def percent(share: float | None, digits: int = 1) -> str:
    """Write a share as a percentage."""
    return "n/a" if share is None else f"{share * 100:.{digits}f} %"
