"""What an import must remember of what it has read, on disk, so that memory stays bounded."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from training.importers.imported_comment import SourcePost

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -8000;
CREATE TABLE seen (original_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE posts (post_id TEXT PRIMARY KEY, title TEXT, excerpt TEXT, author_id TEXT)
  WITHOUT ROWID;
BEGIN;
"""
_NO_POST = SourcePost()


class DiskIndex:
    """The ids already seen and the posts already met."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def is_new(self, original_id: str) -> bool:
        """Return whether this id comes for the first time, and remember it."""
        added = self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (original_id,))
        return added.rowcount == 1

    def keep_post(self, post_id: str, post: SourcePost) -> None:
        """Remember a post under the source's own id."""
        row = (post_id, post.title, post.excerpt, post.author_id)
        self._connection.execute("INSERT OR REPLACE INTO posts VALUES (?, ?, ?, ?)", row)

    def post(self, post_id: str | None) -> SourcePost:
        """Return the post kept under an id, or one without any fields."""
        select = "SELECT title, excerpt, author_id FROM posts WHERE post_id = ?"
        row = self._connection.execute(select, (post_id,)).fetchone()
        return SourcePost(*row) if row else _NO_POST


@contextmanager
def open_disk_index() -> Iterator[DiskIndex]:
    """Open an empty index in a temporary file that vanishes with it."""
    connection = sqlite3.connect("", isolation_level=None)
    try:
        connection.executescript(_SCHEMA)
        yield DiskIndex(connection)
    finally:
        connection.close()
