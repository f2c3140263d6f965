"""Isso's own database, a SQLite file.

Modes, from isso/db/comments.py: 1 accepted, 2 pending, 4 deleted but kept for its replies (Isso
blanks its text, so it is skipped).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from models.comment import Label
from training.importers.disk_index import DiskIndex
from training.importers.excerpt import plain_title
from training.importers.imported_comment import ImportedComment, SourcePost
from training.importers.source_file import SourceFile
from training.importers.source_format import Found, ImportOptions, SourceFormat
from training.importers.timestamp import from_epoch

_MODES = {
    1: (Label.HAM, "isso_accepted"),
    2: (None, "isso_pending"),
    4: (None, "isso_deleted"),
}
_OTHER_MODE = (None, "isso_other_mode")
_SELECT = """
SELECT comments.id, comments.mode, comments.text, comments.author, comments.website,
       comments.created, threads.title
FROM comments LEFT JOIN threads ON threads.id = comments.tid
ORDER BY comments.id
"""
_REPORT_ROWS = 1_000
_HEAD = b"SQLite format 3\0"


def read(file: SourceFile, _options: ImportOptions, _index: DiskIndex) -> Iterator[Found]:
    """Yield the database's comments by id; the file is opened read-only and checked first."""
    last_id: object = None
    try:
        with closing(_open(file)) as database:
            _check(file, database)
            rows = database.execute("SELECT count(*) FROM comments").fetchone()[0]
            for number, row in enumerate(database.execute(_SELECT), start=1):
                last_id = row[0]
                yield _comment(row)
                _report(file, number, rows)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # sqlite3 stumbles over its own message when a damaged schema is quoted in it.
        where = "at its beginning" if last_id is None else f"after comment {last_id}"
        problem = f"not a readable Isso database ({error}); copy it again while Isso is stopped."
        raise file.damaged(where, problem) from error


def _open(file: SourceFile) -> sqlite3.Connection:
    with file.path.open("rb") as raw:
        if raw.read(len(_HEAD)) != _HEAD:
            problem = "not a SQLite database; if it is compressed, unpack it first."
            raise file.damaged("at its beginning", problem)
    database = sqlite3.connect(f"{file.path.resolve().as_uri()}?mode=ro", uri=True)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return database


def _check(file: SourceFile, database: sqlite3.Connection) -> None:
    found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        where = str(found).replace("*** in database main ***", "").strip()
        raise file.damaged(f"database check: {where}", "the database is damaged; copy it again.")


def _report(file: SourceFile, number: int, rows: int) -> None:
    """Report progress in bytes, as the other importers do, although SQLite reads as it likes."""
    if number % _REPORT_ROWS == 0 or number == rows:
        size = file.path.stat().st_size
        before = (number - 1) // _REPORT_ROWS * _REPORT_ROWS
        file.advance(size * number // rows - size * before // rows)


def _comment(row: tuple[object, ...]) -> ImportedComment:
    original_id, mode, text, author, website, created, title = row
    label, label_source = _MODES.get(mode if isinstance(mode, int) else 0, _OTHER_MODE)
    return ImportedComment(
        original_id=str(original_id),
        content="" if text is None else str(text),
        label=label,
        label_source=label_source,
        author_name=None if author is None else str(author),
        author_url=None if website is None else str(website),
        post=SourcePost(title=None if title is None else plain_title(str(title))),
        created_at=from_epoch(created if isinstance(created, int | float) else None),
    )


def recognises(beginning: bytes) -> bool:
    """Return whether a file is a SQLite database; of our formats only Isso's is."""
    return beginning.startswith(_HEAD)


FORMAT = SourceFormat(
    name="isso",
    title="Isso database (SQLite)",
    recognises=recognises,
    read=read,
    without_spam="Isso removes what its owner deletes, so its database holds no spam.",
)
