"""Attacks by padding: good words, a reader's words or the post's own around the promotion."""

import random
import re
from dataclasses import replace

from models.comment import Comment
from training.attacks.attack import Material, Rewrite

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def good_words(count: int) -> Rewrite:
    """Append so many words that readers use often (Lowd and Meek 2005)."""

    def rewrite(comment: Comment, material: Material, chance: random.Random) -> Comment:
        words = (
            " ".join(chance.choices(material.good_words, k=count)) if material.good_words else ""
        )
        return replace(comment, content=f"{comment.content}\n\n{words}")

    return rewrite


def genuine_before(comment: Comment, material: Material, chance: random.Random) -> Comment:
    """Paste another reader's comment before one's own."""
    if not material.genuine:
        return comment
    return replace(comment, content=f"{chance.choice(material.genuine)}\n\n{comment.content}")


def sentence_of_post(comment: Comment, _material: Material, chance: random.Random) -> Comment:
    """Put a sentence of the post before one's own; without an excerpt its title."""
    sentences = [one for one in _SENTENCE.split(comment.post.excerpt or "") if len(one) > 20]
    copied = chance.choice(sentences) if sentences else comment.post.title
    return replace(comment, content=f"{copied}\n{comment.content}") if copied else comment
