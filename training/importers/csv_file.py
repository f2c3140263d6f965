"""A CSV file with a header line; `--column content=body` says which column is what.

A column is taken for a field of its own name unless told otherwise; only `content` must be there.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain

from models.comment import Label
from training.importers.disk_index import DiskIndex
from training.importers.errors import OptionsError
from training.importers.imported_comment import ImportedComment, SourcePost
from training.importers.source_file import RECORD_BYTES, SourceFile
from training.importers.source_format import Found, ImportOptions, SourceFormat
from training.importers.timestamp import from_epoch, from_text

FIELDS = (
    "id",
    "content",
    "label",
    "label_source",
    "author_name",
    "author_url",
    "post_title",
    "post_excerpt",
    "is_post_author",
    "created_at",
)
_DELIMITERS = (",", ";", "\t")
_LABELS: Mapping[str, Label | None] = {
    "spam": Label.SPAM,
    "ham": Label.HAM,
    "unknown": None,
    "": None,
}
_EPOCH = re.compile(r"\d{1,12}(?:\.\d+)?")
_YES_NO = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def read(file: SourceFile, options: ImportOptions, _index: DiskIndex) -> Iterator[Found]:
    """Yield the file's rows in order.

    Raises OptionsError for a mapping that does not fit the header and for a label value without a
    meaning; DamagedSourceError, with the line a row begins in, for broken quoting and for rows
    longer or shorter than the header.
    """
    with _long_fields_allowed():
        rows = _numbered_rows(file)
        header = next(rows, (1, []))[1]
        places = _places(file, header, options)
        for line, values in rows:
            if len(values) != len(header):
                problem = f"{len(values)} columns where the header has {len(header)}."
                raise file.damaged(f"line {line}", problem)
            row = {name: values[place] for name, place in places.items()}
            yield _comment(row, _label(file, line, row.get("label", ""), options))


@contextmanager
def _long_fields_allowed() -> Iterator[None]:
    """Lift Python's limit of 128 kB a field, which a long comment exceeds."""
    before = csv.field_size_limit(RECORD_BYTES)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _numbered_rows(file: SourceFile) -> Iterator[tuple[int, list[str]]]:
    lines = file.lines()
    first = next(lines, "")
    delimiter = _delimiter(first)
    reader = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise file.damaged(f"the row that begins in line {line}", f"{error}.") from error


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def _places(file: SourceFile, header: list[str], options: ImportOptions) -> dict[str, int]:
    """Return where each of our fields stands in a row."""
    for field, column in options.columns.items():
        if field not in FIELDS:
            raise OptionsError(f"--column {field}=…: our fields are {', '.join(FIELDS)}.")
        if column not in header:
            raise OptionsError(f"{file.path}: no column '{column}'; it has {', '.join(header)}.")
    named = {field: options.columns.get(field, field) for field in FIELDS}
    places = {field: header.index(name) for field, name in named.items() if name in header}
    if "content" not in places:
        advice = "say which holds the text, such as --column content=body."
        raise OptionsError(f"{file.path}: columns {', '.join(header)}; {advice}")
    return places


def _label(file: SourceFile, line: int, value: str, options: ImportOptions) -> Label | None:
    for labels, key in ((options.labels, value), (_LABELS, value.strip().lower())):
        if key in labels:
            return labels[key]
    problem = f"the label '{value[:40]}' has no meaning yet"
    advice = f"say so, such as --label {value[:40]}=spam (or ham, or unknown)"
    raise OptionsError(f"{file.path}, line {line}: {problem}; {advice}. Nothing was imported.")


def _comment(row: dict[str, str], label: Label | None) -> ImportedComment:
    created = row.get("created_at", "").strip()
    return ImportedComment(
        original_id=row.get("id", ""),
        content=row["content"],
        label=label,
        label_source=row.get("label_source") or "csv_label",
        author_name=row.get("author_name"),
        author_url=row.get("author_url"),
        post=SourcePost(row.get("post_title") or None, row.get("post_excerpt") or None),
        is_post_author=_YES_NO.get(row.get("is_post_author", "").strip().lower()),
        created_at=from_epoch(float(created)) if _EPOCH.fullmatch(created) else from_text(created),
    )


def recognises(beginning: bytes) -> bool:
    """Return whether the first line is a header with a column `content`."""
    first = beginning.partition(b"\n")[0].decode("utf-8-sig", "replace").strip()
    header = [name.strip('"') for name in first.split(_delimiter(first))]
    return len(header) > 1 and "content" in header


FORMAT = SourceFormat(name="csv", title="CSV with a header line", recognises=recognises, read=read)
