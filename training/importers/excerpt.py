"""The opening words of a post, for sources that store the whole text."""

import html
import re

# WordPress's own automatic excerpt is 55 words long.
EXCERPT_WORDS = 55
# 55 words with their mark-up fit easily; keeps the pattern's worst case small.
READ_CHARACTERS = 8_000
_MARKUP = re.compile(
    r"<!--.*?-->|<(script|style)\b[^>]*>.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE
)


def plain_excerpt(markup: str | None) -> str | None:
    """Return the first words of a post without its mark-up, or None if there are none."""
    if not markup:
        return None
    words = html.unescape(_MARKUP.sub(" ", markup[:READ_CHARACTERS])).split()
    return " ".join(words[:EXCERPT_WORDS]) or None


def plain_title(markup: str | None) -> str | None:
    """Return a title without mark-up and entities, or None if nothing is left."""
    if not markup:
        return None
    return " ".join(html.unescape(_MARKUP.sub("", markup[:READ_CHARACTERS])).split()) or None
