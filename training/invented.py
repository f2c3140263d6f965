"""Comments that we invented, for the trades, tongues and readers that the corpora hardly know.

Nobody's words: written from what one knows of spam and of readers by writers who read no corpus, to
briefs of somebody who had, and checked against all corpora for borrowed sentences.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.comment import Author, Comment, Label, Post
from models.manifest import CorpusRecord
from training.examples import Examples
from training.spin import Template, spin

FOLDER = Path(__file__).with_name("invented_comments")
"""One file a genre: JSON Lines."""

_SOURCE = "invented"
# So many of a genre are one source, so that what there is more of counts for more.
_OF_A_SOURCE = 140
TEXTS_PER_TEMPLATE = 12
_FIELDS = ("id", "label", "content", "name", "url", "title", "excerpt")
_GAP = "\0"  # between the texts of one comment, which hold none


@dataclass(frozen=True, slots=True)
class Invented:
    """A comment; in spam, text, name and address are templates with choices in braces."""

    id: str
    source: str
    label: Label
    comment: Comment

    def comments(self) -> Iterator[Comment]:
        """Yield the comments that it stands for, each once, the same ones every time."""
        if self.label is Label.HAM:
            yield self.comment
            return
        author = self.comment.author
        template = _GAP.join((self.comment.content, author.name or "", author.url or ""))
        for text in spin(Template(self.id, template), TEXTS_PER_TEMPLATE):
            content, name, url = text.split(_GAP)
            yield Comment(content, Author(name=name or None, url=url or None), self.comment.post)


def is_invented(source: str) -> bool:
    """Tell whether a source is a genre of inventions."""
    return source.startswith(f"{_SOURCE}-")


def read_invented(folder: Path = FOLDER) -> list[Invented]:
    """Read all genres in the order of their names; raises ValueError at a line that is not whole."""
    return [
        _parse(line, f"{_SOURCE}-{path.stem}-{place // _OF_A_SOURCE}", f"{path}, line {place + 1}")
        for path in sorted(folder.glob("*.jsonl"))
        for place, line in enumerate(path.read_text(encoding="utf-8").rstrip("\n").split("\n"))
    ]


def _parse(line: str, source: str, place: str) -> Invented:
    try:
        value = json.loads(line)
    except ValueError as fault:
        raise ValueError(f"{place}: not JSON: {fault}") from fault
    if wrong := sorted(set(value).difference(_FIELDS) | {f for f in value if not value[f]}):
        raise ValueError(f"{place}: unknown or empty: {', '.join(wrong)}.")
    if missing := [field for field in ("id", "content") if field not in value]:
        raise ValueError(f"{place}: {' and '.join(missing)} must be given.")
    if value.get("label") not in ("spam", "ham"):
        raise ValueError(f"{place}: label must be spam or ham.")
    return Invented(
        value["id"],
        source,
        Label(value["label"]),
        Comment(
            value["content"],
            Author(name=value.get("name"), url=value.get("url")),
            Post(title=value.get("title"), excerpt=value.get("excerpt")),
        ),
    )


def invented_record(examples: Examples, folder: Path = FOLDER) -> CorpusRecord:
    """Return for the manifest what was invented: one digest of all genres, and how much they teach."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.jsonl"))))
    spam = int(examples.is_spam.sum())
    return CorpusRecord(_SOURCE, digest.hexdigest(), spam, len(examples) - spam)


def invented_examples(invented: Sequence[Invented], first_group: int) -> Examples:
    """Return examples that teach and never test; what one template makes is one group."""
    rows = [
        (one, first_group + number, comment)
        for number, one in enumerate(invented)
        for comment in one.comments()
    ]
    return Examples.made_up(
        ids=[one.id for one, _, _ in rows],
        comments=[comment for _, _, comment in rows],
        source=[one.source for one, _, _ in rows],
        group=[group for _, group, _ in rows],
        is_spam=np.array([one.label is Label.SPAM for one, _, _ in rows], dtype=np.bool_),
    )
