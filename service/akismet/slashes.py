"""WordPress puts backslashes before the quotes of what a visitor typed, and its plugin sends them."""

import re
from typing import Final

from service.akismet.client import is_wordpress
from service.akismet.form import Form

# Every quote and backslash has its own backslash, as PHP's `addslashes` leaves it.
_SLASHED: Final = re.compile(r"(?:[^'\"\\]++|\\['\"\\])*+")
_SLASH: Final = re.compile(r"\\(['\"\\])")


def as_typed(form: Form, user_agent: str) -> Form:
    """Return what the visitor typed; only WordPress's first check of a comment has slashes."""
    if not is_wordpress(user_agent) or form.text("recheck_reason"):
        return form
    return Form({name: unslashed(value) for name, value in form.values.items()})


def unslashed(text: str) -> str:
    """Undo `addslashes`, where all of the text looks like its work."""
    return _SLASH.sub(r"\1", text) if "\\" in text and _SLASHED.fullmatch(text) else text
