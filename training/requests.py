"""Corpus rows in the shape in which a blog sends a comment, so that a corpus can be scored."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from models.corpus import CorpusRow, read_corpus


def request_lines(paths: Iterable[Path], *, labelled_only: bool = False) -> Iterator[str]:
    """Yield one JSON object a row, in the order of the files; raises CorpusError."""
    for path in paths:
        for row in read_corpus(path):
            if row.label is not None or not labelled_only:
                yield json.dumps(request(row), ensure_ascii=False)


def request(row: CorpusRow) -> dict[str, Any]:
    """Return the row as the body of `POST /v1/comments`; what is not known is left out."""
    author = _known({"name": _cut(row.author_name, 500), "url": _cut(row.author_url, 2048)})
    post = _known({"title": _cut(row.post_title, 1000), "excerpt": _cut(row.post_excerpt, 5000)})
    if row.lang is not None and row.lang != "und":
        post["language"] = row.lang
    body = {"content": row.content, "external_id": row.id, "author": author, "post": post}
    return {name: value for name, value in body.items() if value}


def _known(fields: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def _cut(text: str | None, limit: int) -> str | None:
    """Shorten to what the API takes."""
    return None if text is None else text[:limit]
