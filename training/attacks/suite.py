"""The suite: every attack that the classifier is judged under."""

import random
from collections.abc import Callable
from dataclasses import replace

from models.comment import Comment
from training.attacks import letters, links, padding
from training.attacks.attack import Attack, Family, Material, Rewrite
from training.attacks.paraphrase import paraphrase

SEED = 20261122
"""What an evaluation starts its chances from."""


def _text(change: Callable[[str, random.Random], str]) -> Rewrite:
    """Rewrite the text alone."""

    def rewrite(comment: Comment, _material: Material, chance: random.Random) -> Comment:
        return replace(comment, content=change(comment.content, chance))

    return rewrite


def _text_and_name(change: Callable[[str, random.Random], str]) -> Rewrite:
    """Rewrite the text and the author's name."""

    def rewrite(comment: Comment, _material: Material, chance: random.Random) -> Comment:
        author = comment.author
        if author.name:
            author = replace(author, name=change(author.name, chance))
        return replace(comment, content=change(comment.content, chance), author=author)

    return rewrite


_REWRITINGS = {
    "look-alike letters": _text_and_name(letters.look_alikes),
    "invisible characters": _text_and_name(letters.invisible),
    "leetspeak": _text_and_name(letters.leetspeak),
    "spaced letters": _text_and_name(letters.spaced),
    "full-width letters": _text_and_name(letters.full_width),
    "styled letters": _text_and_name(letters.styled),
    "tags inside words": _text(letters.split_by_tags),
    "entities": _text(letters.entities),
    "hosts spelt out": _text(links.spelt_hosts),
    "schemes broken": _text(links.broken_schemes),
    "anchors hidden": _text(links.hidden_anchors),
    "paraphrase": _text(paraphrase),
}
_PADDINGS = {
    "30 good words": padding.good_words(30),
    "150 good words": padding.good_words(150),
    "genuine text before": padding.genuine_before,
    "sentence of the post": padding.sentence_of_post,
}

ATTACKS = tuple(
    Attack(name, family, rewrite)
    for family, rewrites in ((Family.REWRITING, _REWRITINGS), (Family.PADDING, _PADDINGS))
    for name, rewrite in rewrites.items()
)
"""Every attack, in the order in which tables show them."""
