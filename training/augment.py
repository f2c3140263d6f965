"""Made-up examples that keep the model honest: bare copies, and spun comments from templates."""

from collections.abc import Sequence

import numpy as np

from models.comment import Author, Comment, Post
from training.examples import SPAM, Examples
from training.spin import Template, spin

# One in so many examples that tell of author or post is repeated without, so that neither having
# nor lacking them tells anything by itself: whole sources of ham come without either.
BARE_EVERY = 4
TEXTS_PER_TEMPLATE = 25
SPUN_SOURCE = "spin-templates"


def augment(examples: Examples, templates: Sequence[Template]) -> Examples:
    """Return the examples followed by the made-up ones, which fit but never test."""
    return examples.joined(_bare(examples)).joined(_spun(examples, templates))


def _bare(examples: Examples) -> Examples:
    chosen = examples.fits.copy()
    for row in np.flatnonzero(chosen).tolist():
        comment = examples.comments[row]
        chosen[row] = row % BARE_EVERY == 0 and (comment.author, comment.post) != (Author(), Post())
    copies = examples.where(chosen)
    return Examples(
        ids=copies.ids,
        comments=[Comment(content=comment.content) for comment in copies.comments],
        source=copies.source,
        group=copies.group,
        is_spam=copies.is_spam,
        fits=copies.fits,
        tests=np.zeros(len(copies), dtype=np.bool_),
        original=copies.original,
        by_post_author=copies.by_post_author,
    )


def _spun(examples: Examples, templates: Sequence[Template]) -> Examples:
    """Texts of each template, as spam; a template is one group and so stays in one fold."""
    first = int(examples.group.max(initial=-1)) + 1
    texts = [
        (template.id, first + number, text)
        for number, template in enumerate(templates)
        for text in spin(template, TEXTS_PER_TEMPLATE)
    ]
    count = len(texts)
    return Examples(
        ids=np.array([name for name, _, _ in texts], dtype=np.str_),
        comments=[Comment(content=text) for _, _, text in texts],
        source=np.array([SPUN_SOURCE] * count, dtype=np.str_),
        group=np.array([group for _, group, _ in texts], dtype=np.int64),
        is_spam=np.ones(count, dtype=np.bool_),
        fits=np.ones(count, dtype=np.bool_),
        tests=np.zeros(count, dtype=np.bool_),
        original=np.full(count, SPAM, dtype=np.int8),
        by_post_author=np.zeros(count, dtype=np.bool_),
    )
