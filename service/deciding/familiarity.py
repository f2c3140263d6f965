"""Languages that the bundle has seen too little of to reject a comment in."""

from collections.abc import Mapping
from typing import Any, Final

from models.language import language, script
from models.manifest import Manifest
from service.deciding.decision import Signal

# With fewer comments of a label, the bundle knows a language's spam or its readers by hearsay.
LEAST_SEEN: Final = 50


def unfamiliar_language(content: str, manifest: Manifest) -> tuple[Signal, ...]:
    """Return the signal where the text's language is unfamiliar to the bundle.

    Looked at only where the score would reject: identifying a language costs more than scoring. A
    text too short to tell its language is familiar in Latin script.
    """
    seen: Mapping[str, Any] = manifest.metrics.get("languages", {})
    code = language(content)
    if code is None:
        letters = script(content)
        if letters in {None, "latin"}:
            return ()
        return (_signal(f"the {letters} script, in a text too short to tell its language"),)
    counts: Mapping[str, int] = seen.get(code, {})
    if min(counts.get("spam", 0), counts.get("ham", 0)) >= LEAST_SEEN:
        return ()
    return (_signal(f"the language “{code}”"),)


def _signal(what: str) -> Signal:
    return Signal(
        "unfamiliar_language", f"The classifier has seen too little of {what} to reject it."
    )
