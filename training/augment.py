"""Made-up examples that keep the model honest: bare copies, rewritten copies, spun comments."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.comment import Author, Comment, Post
from training.examples import Examples
from training.rewritten import rewritten_copies
from training.slices import has_link
from training.spin import Template, spin

# One in so many examples that tell of author or post is repeated without, so that neither having
# nor lacking them tells anything by itself: whole sources of ham come without either. Spam is
# repeated only where its text holds a link: without the author's URL nothing else of it promotes,
# and as spam such copies make half of the ham in an unseen language look doubtful.
BARE_EVERY = 4
TEXTS_PER_TEMPLATE = 25
SPUN_SOURCE = "spin-templates"


def augment(examples: Examples, templates: Sequence[Template]) -> Examples:
    """Return the examples followed by the made-up ones, which fit but never test."""
    bare, rewritten = _bare(examples), rewritten_copies(examples)
    return examples.joined(bare).joined(rewritten).joined(_spun(examples, templates))


def _bare(examples: Examples) -> Examples:
    chosen = examples.fits & (~examples.is_spam | has_link(examples.comments))
    for row in np.flatnonzero(chosen).tolist():
        comment = examples.comments[row]
        chosen[row] = row % BARE_EVERY == 0 and (comment.author, comment.post) != (Author(), Post())
    copies = examples.where(chosen)
    return replace(
        copies,
        comments=[Comment(content=comment.content) for comment in copies.comments],
        tests=np.zeros(len(copies), dtype=np.bool_),
    )


def _spun(examples: Examples, templates: Sequence[Template]) -> Examples:
    """Texts of each template, as spam; a template is one group and so stays in one fold."""
    texts = [
        (template.id, examples.next_group + number, text)
        for number, template in enumerate(templates)
        for text in spin(template, TEXTS_PER_TEMPLATE)
    ]
    return Examples.made_up(
        ids=[name for name, _, _ in texts],
        comments=[Comment(content=text) for _, _, text in texts],
        source=[SPUN_SOURCE] * len(texts),
        group=[group for _, group, _ in texts],
        is_spam=np.ones(len(texts), dtype=np.bool_),
    )
