"""Made-up examples that keep the model honest: bare copies, rewritten copies, spun comments."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.comment import Author, Comment, Post
from training.examples import Examples
from training.invented import is_invented
from training.rewritten import rewritten_copies
from training.signed import as_sent
from training.slices import has_link
from training.spin import Template, spin

# One in so many examples that tell of author or post is repeated without, so that neither having
# nor lacking them tells anything by itself: whole sources of ham come without either. Spam is
# repeated only where its text holds a link: without the author's URL nothing else of it promotes,
# and as spam such copies make half of the ham in an unseen language look doubtful.
BARE_EVERY = 4
TEXTS_PER_TEMPLATE = 25
SPUN_SOURCE = "spin-templates"
# So many templates are one source, so that more of them count for more.
_TEMPLATES_OF_A_SOURCE = 10


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
    advertisers = _advertisers(examples)
    texts = [
        (template.id, number, as_sent(text, place, advertisers))
        for number, template in enumerate(templates)
        for place, text in enumerate(spin(template, TEXTS_PER_TEMPLATE))
    ]
    return Examples.made_up(
        ids=[name for name, _, _ in texts],
        comments=[comment for _, _, comment in texts],
        source=[f"{SPUN_SOURCE}-{number // _TEMPLATES_OF_A_SOURCE}" for _, number, _ in texts],
        group=[examples.next_group + number for _, number, _ in texts],
        is_spam=np.ones(len(texts), dtype=np.bool_),
    )


def _advertisers(examples: Examples) -> list[Author]:
    """Return the authors of invented spam with name and address: nobody's, so no source's either."""
    return [
        comment.author
        for comment, spam, source in zip(
            examples.comments, examples.is_spam.tolist(), examples.source.tolist(), strict=True
        )
        if spam and is_invented(source) and comment.author.name and comment.author.url
    ]
