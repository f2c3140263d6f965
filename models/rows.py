"""The comments of a reading, one by one, as the traits read them."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from models.hashing import find_words
from models.reading import Part, Reading
from models.traits import Row

_LEAST_BYTES = 4

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
    weighty = _weighty_words(reading)
    links, texts, size = reading.links, reading.texts, len(reading.comments)
    changes = [reading.changes(part) for part in (Part.CONTENT, Part.NAME)]
    first, last = reading.first.tolist(), reading.last.tolist()
    content, title, excerpt = Part.CONTENT, Part.TITLE, Part.EXCERPT
    nothing: frozenset[int] = frozenset()
    for row, comment in enumerate(reading.comments):
        title_words = _distinct(weighty, first[title][row], last[title][row])
        excerpt_words = _distinct(weighty, first[excerpt][row], last[excerpt][row])
        low, high = first[content][row], last[content][row]
        yield Row(
            comment.content,
            comment.author.name or "",
            texts[row],
            texts[Part.NAME * size + row],
            texts[Part.URL * size + row],
            texts[Part.TITLE * size + row],
            texts[Part.EXCERPT * size + row],
            links[row],
            [changes[0][row], changes[1][row]],
            high - low,
            _distinct(weighty, low, high) if title_words or excerpt_words else nothing,
            title_words,
            excerpt_words,
        )


def _weighty_words(reading: Reading) -> list[int]:
    """Return the hash of each word of the batch; 0 for one too short to carry weight."""
    words = reading.words
    hashes = np.where(words.end - words.start >= _LEAST_BYTES, words.hashes, 0)
    found: list[int] = hashes.tolist()
    return found


def _distinct(weighty: list[int], first: int, last: int) -> frozenset[int]:
    return frozenset(weighty[first:last]) - _stop_words() if first < last else frozenset()


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[int]:
    words = find_words(np.frombuffer(_STOP_WORDS.encode(), np.uint8))
    return frozenset([0, *words.hashes.tolist()])
