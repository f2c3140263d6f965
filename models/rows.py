"""The comments of a reading, one by one, as the traits read them."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from models.hashing import find_words
from models.links import parse_address
from models.reading import Part, Reading
from models.traits import MARKUP, Row

_LEAST_BYTES = 4
_NOTHING: frozenset[int] = frozenset()

# Words of four letters and more that say nothing about what a text is about.
_STOP_WORDS = (
    "about after again also another because been before being between both could does doing dont "
    "down each even every from good great have having here http https into just know like made make "
    "many more most much need only other over really same should some such than thank thanks that "
    "thats their them then there these they thing things think this those through time using very "
    "want well were what when where which while will with work would your post article blog comment "
    "site website page read reading nice awesome helpful information info share sharing write"
)


def rows(reading: Reading) -> Iterator[Row]:
    """Give each comment of a reading as a row."""
    size = len(reading.comments)
    contents, names, urls, titles, excerpts = (
        reading.texts[part * size : (part + 1) * size] for part in range(len(Part))
    )
    links, marks = reading.links, _marks(reading.contents)
    changes: list[list[list[int]]] = []
    if np.count_nonzero(reading.batch.changes):
        changes = [reading.changes(part) for part in (Part.CONTENT, Part.NAME)]
    (first, _, _, *post_first), (last, _, _, *post_last) = reading.numbers.tolist()
    weighty = _weighty_words(reading) if post_first != post_last else []
    title_words = excerpt_words = _NOTHING
    for row, comment in enumerate(reading.comments):
        if weighty:
            title_words, excerpt_words = (
                _distinct(weighty, start[row], end[row])
                for start, end in zip(post_first, post_last, strict=True)
            )
        has_post = title_words or excerpt_words
        yield Row(
            comment.content,
            comment.author.name or "",
            contents[row],
            names[row],
            urls[row],
            parse_address(urls[row]) if urls[row] else None,
            titles[row],
            excerpts[row],
            links[row],
            [change[row] for change in changes],
            marks,
            last[row] - first[row],
            _distinct(weighty, first[row], last[row]) if has_post else _NOTHING,
            title_words,
            excerpt_words,
        )


def _marks(contents: str) -> list[str]:
    """Return the signs of markup in any content: few, so few have to be looked for in each."""
    return [
        mark
        for sign, held in MARKUP.items()
        if sign in contents
        for mark in held
        if mark in contents
    ]


def _weighty_words(reading: Reading) -> list[int]:
    """Return the hash of each word of the batch; 0 for one too short to carry weight."""
    words = reading.words
    hashes = np.where(words.end - words.start >= _LEAST_BYTES, words.hashes, 0)
    found: list[int] = hashes.tolist()
    return found


def _distinct(weighty: list[int], first: int, last: int) -> frozenset[int]:
    return frozenset(weighty[first:last]) - _stop_words() if first < last else _NOTHING


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[int]:
    words = find_words(np.frombuffer(f" {_STOP_WORDS} ".encode(), np.uint8))
    return frozenset([0, *words.hashes.tolist()])
