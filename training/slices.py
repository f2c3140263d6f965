"""Kinds of comments that figures are given for one by one: where a mean may hide a failure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.comment import Comment
from models.language import language
from models.links import find_links
from models.text import normalise_batch
from training.examples import Examples

_BATCH = 512
_LENGTHS = ((0, 50), (50, 150), (150, 500), (500, 2_000), (2_000, 10**9))


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of one kind, for example dimension `link`, value `without`."""

    dimension: str
    value: str
    rows: NDArray[np.bool_]


def has_link(comments: Sequence[Comment]) -> NDArray[np.bool_]:
    """Tell which comments have a link in their text, however it is written."""
    found: list[bool] = []
    for start in range(0, len(comments), _BATCH):
        batch = [comment.content for comment in comments[start : start + _BATCH]]
        found += [bool(find_links(text)) for text in normalise_batch(batch).texts()]
    return np.array(found, dtype=np.bool_)


def slices(examples: Examples, linked: NDArray[np.bool_]) -> Iterator[Slice]:
    """Yield every slice that has rows; `linked` is what `has_link` says of them."""
    yield from _two("link", linked)
    yield from _two("author URL", _each(examples.comments, lambda c: bool(c.author.url)))
    yield from _two("by the post's author", examples.by_post_author)
    lengths = np.array([len(comment.content) for comment in examples.comments])
    for low, high in _LENGTHS:
        name = f"{low}-{high - 1}" if high < 10**9 else f"{low}+"
        yield Slice("length", name, (lengths >= low) & (lengths < high))
    codes = np.array([language(comment.content) or "unsure" for comment in examples.comments])
    for code in sorted(set(codes.tolist())):
        yield Slice("language", code, codes == code)


def _two(dimension: str, rows: NDArray[np.bool_]) -> Iterator[Slice]:
    yield Slice(dimension, "with", rows)
    yield Slice(dimension, "without", ~rows)


def _each(comments: Sequence[Comment], test: Callable[[Comment], bool]) -> NDArray[np.bool_]:
    return np.array([test(comment) for comment in comments], dtype=np.bool_)
