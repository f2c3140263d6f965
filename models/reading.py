"""A batch of comments as the classifier reads it: every field normalised once, words found once."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from models.comment import Comment
from models.hashing import Words, find_words
from models.links import Link, find_links
from models.rewriting import PADDING
from models.text import NormalisedBatch, normalise_batch

# Corpora cut excerpts at a few hundred characters, so what lies beyond must not count.
EXCERPT_LIMIT = 600
NAME_LIMIT = 300
URL_LIMIT = 2000


class Part(IntEnum):
    """The texts of a comment, in the order in which a batch holds them."""

    CONTENT = 0
    NAME = 1
    URL = 2
    TITLE = 3
    EXCERPT = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What all features start from.

    `spans` holds where each text begins and ends in the bytes of the batch, `numbers` the first
    of its words and the one after its last: edges by parts by comments.
    """

    comments: Sequence[Comment]
    batch: NormalisedBatch
    words: Words
    spans: NDArray[np.int64]
    numbers: NDArray[np.int64]
    texts: list[str]
    """All normalised texts, part after part."""
    contents: str
    """The contents as they stand joined."""
    links: list[list[Link]]
    """The links in each content."""

    @property
    def begin(self) -> NDArray[np.int64]:
        """First byte of each text: parts by comments."""
        found: NDArray[np.int64] = self.spans[0]
        return found

    @property
    def end(self) -> NDArray[np.int64]:
        """One past the last byte of each text: parts by comments."""
        found: NDArray[np.int64] = self.spans[1]
        return found

    def text(self, part: Part, row: int) -> str:
        """Return a normalised text."""
        return self.texts[part * len(self.comments) + row]

    def links_as_sent(self, row: int) -> list[Link] | None:
        """Return the links of a content in lower case, if normalising did nothing else to it."""
        as_sent = self.texts[row] == self.comments[row].content.lower()
        return self.links[row] if as_sent else None

    def changes(self, part: Part) -> list[list[int]]:
        """Return what normalising changed in the texts of one part (columns: `text.CHANGES`)."""
        rows = len(self.comments)
        changes: list[list[int]] = self.batch.changes[part * rows : (part + 1) * rows].tolist()
        return changes


def read(comments: Sequence[Comment]) -> Reading:
    """Normalise every field of a batch of comments together."""
    texts = [comment.content for comment in comments]
    texts += [(comment.author.name or "")[:NAME_LIMIT] for comment in comments]
    texts += [(comment.author.url or "")[:URL_LIMIT] for comment in comments]
    texts += [(comment.post.title or "")[:NAME_LIMIT] for comment in comments]
    texts += [(comment.post.excerpt or "")[:EXCERPT_LIMIT] for comment in comments]
    batch = normalise_batch(texts)
    words = find_words(batch.data)
    shape = (2, len(Part), len(comments))
    numbers = words.start.searchsorted(batch.edges)
    normalised = batch.texts()
    lengths = [len(text) + PADDING for text in normalised[: len(comments)]]
    offsets = list(accumulate(lengths, initial=PADDING))
    contents = batch.text[: offsets[-1]]
    return Reading(
        comments,
        batch,
        words,
        batch.edges.reshape(shape),
        numbers.reshape(shape),
        normalised,
        contents,
        _links(contents, offsets),
    )


def _links(contents: str, offsets: Sequence[int]) -> list[list[Link]]:
    """Find the links of all contents together and place each within its own."""
    found: list[list[Link]] = [[] for _ in offsets[1:]]
    for link in find_links(contents):
        row = bisect_right(offsets, link.start) - 1
        found[row].append(link.moved(-offsets[row]))
    return found
