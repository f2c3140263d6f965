"""Our own corpus format, JSON Lines, as `winnow labels export` writes it."""

import re
from collections.abc import Iterator

from models.corpus import CorpusError, CorpusRow, parse_row
from training.importers.disk_index import DiskIndex
from training.importers.imported_comment import ImportedComment, SourcePost
from training.importers.source_file import SourceFile
from training.importers.source_format import Found, ImportOptions, SourceFormat

_LABEL = re.compile(rb'"label"\s*:\s*(?:"(?:spam|ham|unknown)"|null)')


def read(file: SourceFile, _options: ImportOptions, _index: DiskIndex) -> Iterator[Found]:
    """Yield the corpus's comments in the order of the file."""
    for number, line in enumerate(file.lines(), start=1):
        if not line.strip():
            continue
        try:
            row = parse_row(line)
        except CorpusError as error:
            raise file.damaged(f"line {number}", f"{error}.") from error
        yield _comment(row)


def _comment(row: CorpusRow) -> ImportedComment:
    return ImportedComment(
        # A corpus may join several sources, each with ids of its own.
        original_id=f"{row.source}:{row.id}",
        content=row.content,
        label=row.label,
        label_source=row.label_source or "corpus_label",
        author_name=row.author_name,
        author_url=row.author_url,
        post=SourcePost(row.post_title, row.post_excerpt),
        is_post_author=row.is_post_author,
        created_at=row.created_at,
    )


def recognises(beginning: bytes) -> bool:
    """Return whether a file begins with an object that has content and one of our labels."""
    opening = beginning.lstrip(b"\xef\xbb\xbf \r\n\t")
    return (
        opening.startswith(b"{")
        and b'"source"' in opening
        and b'"content"' in opening
        and bool(_LABEL.search(opening))
    )


FORMAT = SourceFormat(
    name="jsonl", title="Winnow corpus (JSON Lines)", recognises=recognises, read=read
)
