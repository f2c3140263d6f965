"""Corpora that tests write; the house itself writes them line by line."""

import gzip
from collections.abc import Iterable
from pathlib import Path

from models.corpus import CorpusRow, format_row


def write_corpus(path: Path, rows: Iterable[CorpusRow]) -> int:
    """Write rows as a corpus and return how many there were; `.gz` in the name compresses."""
    lines = [format_row(row) + "\n" for row in rows]
    data = "".join(lines).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return len(lines)
