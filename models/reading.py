"""A batch of comments as the classifier reads it: every field normalised once, words found once."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.comment import Comment
from models.hashing import Words, find_words
from models.links import Address, Link, find_links, parse_address
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


@dataclass(frozen=True)
class Reading:
    """What all feature groups start from; computed once for a batch."""

    comments: Sequence[Comment]
    batch: NormalisedBatch
    words: Words

    @property
    def rows(self) -> int:
        """How many comments there are."""
        return len(self.comments)

    def span(self, part: Part) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the texts of one part begin and end in the batch's bytes."""
        rows = slice(part * self.rows, (part + 1) * self.rows)
        return self.batch.begin[rows], self.batch.end[rows]

    def word_span(self, part: Part) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which words, by number, belong to each comment's text of one part."""
        begin, end = self.span(part)
        return np.searchsorted(self.words.start, begin), np.searchsorted(self.words.start, end)

    def changes(self, part: Part) -> NDArray[np.int32]:
        """Return what normalising changed in the texts of one part (columns: `text.CHANGES`)."""
        return self.batch.changes[part * self.rows : (part + 1) * self.rows]

    @cached_property
    def texts(self) -> list[str]:
        """All normalised texts, part after part."""
        return self.batch.texts()

    def text(self, part: Part) -> list[str]:
        """Return the normalised texts of one part."""
        return self.texts[part * self.rows : (part + 1) * self.rows]

    @cached_property
    def links(self) -> list[list[Link]]:
        """The links in each content."""
        return [find_links(text) for text in self.text(Part.CONTENT)]

    @cached_property
    def addresses(self) -> list[Address | None]:
        """Where each author's URL leads."""
        return [parse_address(text) if text else None for text in self.text(Part.URL)]


def read(comments: Sequence[Comment]) -> Reading:
    """Normalise every field of a batch of comments together."""
    parts = (
        [comment.content for comment in comments],
        [(comment.author.name or "")[:NAME_LIMIT] for comment in comments],
        [(comment.author.url or "")[:URL_LIMIT] for comment in comments],
        [(comment.post.title or "")[:NAME_LIMIT] for comment in comments],
        [(comment.post.excerpt or "")[:EXCERPT_LIMIT] for comment in comments],
    )
    batch = normalise_batch([text for part in parts for text in part])
    return Reading(comments, batch, find_words(batch.data))
