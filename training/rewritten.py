"""Copies of spam and of ham rewritten as spammers rewrite, so that a disguise tells nothing by itself.

The corpora hold disguised spam and hardly any disguised ham: without these copies a reader's styled
letters count as spam, and a reader's words around a promotion as ham. Paraphrase is never taught.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from models.comment import Comment
from training.attacks.attack import Attack, Family, Material
from training.attacks.suite import ATTACKS
from training.examples import Examples
from training.invented import is_invented

# One in so many of the examples that teach has a rewritten copy.
COPY_EVERY = 2

# Of ham, and of spam: what spammers gain by padding is most, and what readers lose by rewriting.
_PADDED_SHARE = 0.5, 0.8
# Other chances than the suite's.
_SEED = 7
_UNTAUGHT = frozenset({"paraphrase"})
# Taught so many times as often as the others, as ham and as spam: as ham where a disguise makes readers
# look like spammers, as spam where it hides them.
_OFTEN = {
    "look-alike letters": (4, 2),
    "leetspeak": (2, 1),
    "spaced letters": (2, 1),
    "hosts spelt out": (4, 5),
    "schemes broken": (2, 3),
    "anchors hidden": (6, 3),
    "30 good words": (2, 3),
    "150 good words": (8, 5),
    "genuine text before": (3, 11),
    "sentence of the post": (4, 4),
}
_ONCE = 1, 1
# With less ham a source has nothing to pad with.
_LEAST_HAM = 20
_WORDS = 1_000
_LEAST_READERS = 3
_WORD = re.compile(r"[^\W\d_]{4,}")


def rewritten_copies(examples: Examples) -> Examples:
    """Return rewritten copies of examples that teach; they fit but never test.

    Padding is taken from the same source alone, so that a source left out is left out wholly; what we
    invented is padded with inventions.
    """
    chosen = np.zeros(len(examples), dtype=np.bool_)
    chosen[np.flatnonzero(examples.fits)[::COPY_EVERY]] = True
    copies = examples.where(chosen)
    materials = _materials(examples)
    comments = [
        _rewritten(place, comment, spam, materials[_origin(source)])
        for place, (comment, spam, source) in enumerate(
            zip(copies.comments, copies.is_spam.tolist(), copies.source.tolist(), strict=True)
        )
    ]
    return replace(copies, comments=comments, tests=np.zeros(len(copies), dtype=np.bool_))


def _rewritten(place: int, comment: Comment, spam: bool, material: Material) -> Comment:
    """Rewrite by the first attack, in an order of chance, that changes anything."""
    chance = random.Random(f"{_SEED} {place}")  # noqa: S311 - repeatable, not secret
    for attack in _order(chance, spam):
        (rewritten,) = attack.apply([comment], material, _SEED + place)
        if rewritten.content.split() != comment.content.split():
            return rewritten
    return comment


def _order(chance: random.Random, spam: bool) -> list[Attack]:
    taught = [
        one
        for one in ATTACKS
        if one.name not in _UNTAUGHT
        for _ in range(_OFTEN.get(one.name, _ONCE)[spam])
    ]
    first = Family.PADDING if chance.random() < _PADDED_SHARE[spam] else Family.REWRITING
    chance.shuffle(taught)
    return sorted(taught, key=lambda one: one.family is not first)


def _origin(source: str) -> str:
    """Return a source, or for a genre of inventions all of them: few genres hold both labels."""
    return "inventions" if is_invented(source) else source


def _materials(examples: Examples) -> Mapping[str, Material]:
    """Return for each origin comments of its own readers, and words drawn from them."""
    genuine: defaultdict[str, list[str]] = defaultdict(list)
    for row in np.flatnonzero(examples.fits & ~examples.is_spam).tolist():
        genuine[_origin(str(examples.source[row]))].append(examples.comments[row].content)
    return defaultdict(
        lambda: Material((), ()),
        {
            source: Material(texts, _words(source, texts))
            for source, texts in genuine.items()
            if len(texts) >= _LEAST_HAM
        },
    )


def _words(source: str, texts: list[str]) -> list[str]:
    """Return words that several readers of a source use, each once: what Lowd and Meek append."""
    counts = Counter(word for text in texts for word in set(_WORD.findall(text.lower())))
    words = sorted(word for word, count in counts.items() if count >= _LEAST_READERS)
    chance = random.Random(f"{_SEED} {source}")  # noqa: S311 - repeatable, not secret
    return chance.sample(words, min(_WORDS, len(words)))
