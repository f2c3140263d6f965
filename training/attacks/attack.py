"""An attack: a way of rewriting a comment so that people still read the same in it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.comment import Comment


class Family(StrEnum):
    """What an attack does: write the same otherwise, or hide it among other words."""

    REWRITING = "rewriting"
    PADDING = "padding"


@dataclass(frozen=True, slots=True)
class Material:
    """What an attacker finds on the blog: readers' comments, and words that they use often."""

    genuine: Sequence[str]
    good_words: Sequence[str]


Rewrite = Callable[[Comment, Material, random.Random], Comment]


@dataclass(frozen=True, slots=True)
class Attack:
    """A named rewriting of comments; with the same seed it rewrites the same way every time."""

    name: str
    family: Family
    rewrite: Rewrite

    def apply(self, comments: Sequence[Comment], material: Material, seed: int) -> list[Comment]:
        """Rewrite comments, each by chances of its own."""
        return [
            self.rewrite(comment, material, random.Random(f"{seed} {self.name} {number}"))  # noqa: S311 - repeatable, not secret
            for number, comment in enumerate(comments)
        ]
