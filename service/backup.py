"""A consistent copy of the whole store in one file, and the way back, on either database.

The file is gzipped JSON Lines: a header, chunks of rows table by table, a trailer with the digest
of all lines before it. It is read and written through the tables, so a backup of SQLite can be
restored into PostgreSQL and the other way.
"""

import base64
import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, LargeBinary, Table, func, insert, select

from service.clock import iso, now
from service.store.engine import Store
from service.store.migrate import current_version, migrate
from service.store.schema import metadata

FORMAT: Final = 1
CHUNK: Final = 500

Progress = Callable[[int], None]


class BackupError(Exception):
    """The backup can't be written or restored; the message says why and what to do."""


def write_backup(store: Store, path: Path, progress: Progress = lambda _: None) -> int:
    """Copy the store as it is at this moment while the service runs; return the number of rows.

    The file appears whole or not at all. Raises `BackupError` when it exists.
    """
    if path.exists():
        raise BackupError(f"{path} exists; a backup never overwrites one")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with gzip.open(beside, "wb") as file, store.snapshot() as connection:
            rows = _write(connection, file, current_version(store), progress)
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.rename(path)
    except OSError as fault:
        raise BackupError(f"can't write {path}: {fault.strerror}") from fault
    finally:
        beside.unlink(missing_ok=True)
    return rows


def row_count(store: Store) -> int:
    """Return how many rows a backup would have, for a progress bar."""
    with store.reading() as connection:
        return sum(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        )


def restore_backup(store: Store, path: Path, progress: Progress = lambda _: None) -> int:
    """Fill an empty store from a backup in one transaction; return the number of rows.

    Raises `BackupError` when the file is damaged or the store is not empty; then nothing changed.
    """
    rows = 0
    lines = _checked_lines(path)
    header = json.loads(next(lines))
    migrate(store, header["version"])
    with store.writing(patient=True) as connection:
        _refuse_unless_empty(connection)
        for line in lines:
            chunk = json.loads(line)
            table = metadata.tables[chunk["table"]]
            connection.execute(insert(table), [_from_json(table, row) for row in chunk["rows"]])
            rows += len(chunk["rows"])
            progress(len(chunk["rows"]))
    migrate(store)
    return rows


def _write(
    connection: Connection, file: gzip.GzipFile, version: str | None, progress: Progress
) -> int:
    digest = hashlib.sha256()
    total = 0

    def put(value: dict[str, Any]) -> None:
        line = json.dumps(value).encode() + b"\n"
        digest.update(line)
        file.write(line)

    put({"format": FORMAT, "version": version, "created_at": iso(now())})
    for table in metadata.sorted_tables:
        result = connection.execution_options(yield_per=CHUNK).execute(select(table))
        for part in result.mappings().partitions(CHUNK):
            put({"table": table.name, "rows": [_to_json(dict(row)) for row in part]})
            total += len(part)
            progress(len(part))
    file.write(json.dumps({"sha256": digest.hexdigest(), "rows": total}).encode() + b"\n")
    return total


def _checked_lines(path: Path) -> Iterator[bytes]:
    """Return all lines but the trailer, after the whole file was read once and its digest agreed."""
    digest = hashlib.sha256()
    held = b""
    try:
        for line in _lines(path):
            digest.update(held)
            held = line
        trailer = json.loads(held)
        header = json.loads(next(_lines(path)))
    except (OSError, EOFError, zlib.error, ValueError, StopIteration) as fault:
        raise BackupError(f"{path} can't be read as a backup: {fault}") from fault
    if not isinstance(trailer, dict) or trailer.get("sha256") != digest.hexdigest():
        raise BackupError(f"{path} is damaged: its digest does not agree; nothing was restored")
    if header.get("format") != FORMAT:
        raise BackupError(
            f"{path} has format {header.get('format')!r}; this version reads {FORMAT}"
        )
    return (line for line in _lines(path) if not line.startswith(b'{"sha256"'))


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as file:
        yield from file


def _refuse_unless_empty(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(select(table).limit(1)).first() is not None:
            raise BackupError(
                f"the store is not empty (table {table.name}); restore into a fresh data folder"
            )


def _to_json(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in row.items()
    }


def _from_json(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: base64.b64decode(value)
        if value is not None and isinstance(table.c[name].type, LargeBinary)
        else value
        for name, value in row.items()
    }
