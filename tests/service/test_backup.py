import gzip
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from service.backup import BackupError, restore_backup, row_count, write_backup
from service.house import House
from service.settings import Settings
from service.store.engine import Store
from service.store.migrate import migrate
from service.store.schema import metadata
from tests.service.conftest import open_house
from tests.service.running import running
from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM, UNSURE

NASTY = "bidi \u202e override, zero\u200bwidth, emoji \U0001f4a9, quotes ' \" \\, new\nline, tab\t."


def _rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.snapshot() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def _fill(client: httpx.Client) -> None:
    for number, text in enumerate((CERTAIN_HAM, CERTAIN_SPAM, UNSURE, NASTY)):
        body = {"content": text, "external_id": str(number), "author": {"name": NASTY}}
        assert client.post("/v1/comments", json=body).status_code == 201


def test_a_backup_made_while_the_service_runs_restores_every_row(
    client: httpx.Client, house: House, tmp_path: Path
) -> None:
    _fill(client)
    counted: list[int] = []
    written = write_backup(house.store, tmp_path / "copy.gz", counted.append)
    assert sum(counted) == written == row_count(house.store)
    fresh = Store.of(None, tmp_path / "fresh")
    assert restore_backup(fresh, tmp_path / "copy.gz") == written
    assert _rows(fresh) == _rows(house.store)
    fresh.close()


def test_a_backup_of_either_database_restores_into_the_service_on_this_one(
    settings: Settings, sqlite_settings: Settings, tmp_path: Path
) -> None:
    source = open_house(sqlite_settings.model_copy(update={"data_dir": tmp_path / "source"}))
    with running(source) as client:
        _fill(client)
        first = client.post("/v1/comments", json={"content": UNSURE, "external_id": "9"})
        write_backup(source.store, tmp_path / "copy.gz")
    target = Store.of(settings.database_url, tmp_path / "target")
    restore_backup(target, tmp_path / "copy.gz")
    target.close()
    moved = open_house(settings.model_copy(update={"data_dir": tmp_path / "target"}))
    with running(moved) as client:
        again = client.post("/v1/comments", json={"content": UNSURE, "external_id": "9"})
    assert again.content == first.content
    assert again.headers["idempotent-replay"] == "true"


def test_a_damaged_backup_changes_nothing(store: Store, tmp_path: Path) -> None:
    source = Store.of(None, tmp_path / "source")
    migrate(source)
    path = tmp_path / "copy.gz"
    write_backup(source, path)
    source.close()
    whole = path.read_bytes()
    unpacked = gzip.decompress(whole)
    damaged = {
        "truncated": whole[:-20],
        "flipped": whole[:60] + bytes([whole[60] ^ 1]) + whole[61:],
        "edited": gzip.compress(unpacked.replace(b'"format": 1', b'"format": 7')),
        "no trailer": gzip.compress(unpacked.split(b"\n")[0] + b"\n"),
        "not a backup": b"hello",
        "empty": b"",
    }
    before = _rows(store)
    for name, content in damaged.items():
        path.write_bytes(content)
        with pytest.raises(BackupError):
            restore_backup(store, path)
        assert _rows(store) == before, name


def test_neither_overwrites_anything(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "copy.gz"
    write_backup(store, path)
    with pytest.raises(BackupError, match="never overwrites"):
        write_backup(store, path)
    full = Store.of(None, tmp_path / "full")
    migrate(full)
    with full.writing() as connection:
        connection.execute(metadata.tables["sites"].insert().values(id="1", name="a", created_at=1))
    with pytest.raises(BackupError, match="not empty"):
        restore_backup(full, path)
    full.close()
    assert [entry.name for entry in tmp_path.glob(".copy*")] == []
