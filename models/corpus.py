"""The corpus: labelled comments as JSON Lines, one object a line, optionally gzipped."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO, Any

from models.comment import Author, Comment, Label, Post


class CorpusError(ValueError):
    """A corpus file holds something that is not a corpus row; says file, line and fault."""


@dataclass(frozen=True, slots=True)
class CorpusRow:
    """One comment of a corpus; `label` is None when nobody can say."""

    id: str
    source: str
    label: Label | None
    content: str
    label_source: str | None = None
    lang: str | None = None
    topic: str | None = None
    author_name: str | None = None
    author_url: str | None = None
    post_title: str | None = None
    post_excerpt: str | None = None
    is_post_author: bool | None = None
    created_at: str | None = None

    def comment(self) -> Comment:
        """Return the row as the comment a site would have sent."""
        return Comment(
            content=self.content,
            author=Author(name=self.author_name, url=self.author_url),
            post=Post(title=self.post_title, excerpt=self.post_excerpt),
            submitted_at=self.created_at,
        )


_FIELDS = tuple(field.name for field in fields(CorpusRow))
_REQUIRED = ("id", "source", "content")
_LABELS = {"spam": Label.SPAM, "ham": Label.HAM, "unknown": None, None: None}


def read_corpus(path: Path) -> Iterator[CorpusRow]:
    """Read a corpus row by row; raises CorpusError that names file and line."""
    with _open(path) as lines:
        number = 1
        try:
            for line in lines:
                if line.strip():
                    yield parse_row(line)
                number += 1
        except (ValueError, EOFError, OSError, zlib.error) as fault:
            raise CorpusError(f"{path}, line {number}: {fault}") from fault


def parse_row(line: str) -> CorpusRow:
    """Read one line of a corpus; unknown fields are passed over."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise CorpusError(f"not JSON ({fault})") from fault
    if not isinstance(value, dict):
        raise CorpusError("not a JSON object")
    for name in _REQUIRED:
        if not isinstance(value.get(name), str):
            raise CorpusError(f"field {name!r} must be text")
    known: dict[str, Any] = {name: value.get(name) for name in _FIELDS}
    label = known["label"]
    if not isinstance(label, str | None) or label not in _LABELS:
        raise CorpusError(f"label {label!r} is none of spam, ham, unknown")
    _check_optional(known)
    known["label"] = _LABELS[label]
    return CorpusRow(**known)


def format_row(row: CorpusRow) -> str:
    """Write one row as a line of a corpus, without the line's end."""
    value = {name: getattr(row, name) for name in _FIELDS}
    value["label"] = row.label.value if row.label is not None else "unknown"
    return json.dumps(value, ensure_ascii=True)


def _check_optional(known: dict[str, object]) -> None:
    for name, value in known.items():
        wanted = bool | None if name == "is_post_author" else str | None
        if not isinstance(value, wanted):
            raise CorpusError(f"field {name!r} is of the wrong kind")


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="\n")
    return path.open(encoding="utf-8", newline="\n")
