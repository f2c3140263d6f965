import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from models.comment import Label
from tests.training.importers.conftest import Import, build_isso
from tests.training.importers.generated import ordinary_comments, write_isso
from training.importers.errors import DamagedSourceError
from training.importers.imported_comment import SkipReason


def test_mode_decides_the_label(run: Import, isso_sample: Path) -> None:
    found = run("isso", isso_sample)
    assert found.row("I slash mine").label is Label.HAM
    pending = found.row("Best oven")
    assert (pending.label, pending.label_source) == (None, "isso_pending")
    assert found.result.skipped[SkipReason.NO_TEXT].examples == ("4",)


def test_thread_and_time_travel_with_the_comment(run: Import, isso_sample: Path) -> None:
    row = run("isso", isso_sample).row("I slash mine")
    assert row.post_title == "Why my rye loaf cracks & what helps"
    assert row.created_at == "2021-03-04T09:15:00+00:00"


def test_database_is_only_read(run: Import, tmp_path: Path) -> None:
    path = build_isso(tmp_path / "comments.db")
    before = path.read_bytes()
    run("isso", path)
    assert path.read_bytes() == before


def test_damaged_page_is_found_before_anything_is_written(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "comments.db"
    write_isso(path, ordinary_comments(500))
    pages = bytearray(path.read_bytes())
    pages[4096 * 9 : 4096 * 10] = b"\xff" * 4096
    path.write_bytes(pages)
    with pytest.raises(DamagedSourceError, match="Page 10"):
        run("isso", path)
    assert not (tmp_path / "corpus.jsonl.gz").exists()


def test_damaged_schema_is_damage(run: Import, tmp_path: Path) -> None:
    path = build_isso(tmp_path / "comments.db")
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE threads", b"CREATE\xffTABLE threads"))
    with pytest.raises(DamagedSourceError, match="at its beginning: not a readable Isso database"):
        run("isso", path)


def test_other_database_is_refused(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(DamagedSourceError, match="no such table: comments"):
        run("isso", path)


def test_compressed_database_is_to_be_unpacked(
    run: Import, isso_sample: Path, tmp_path: Path
) -> None:
    path = tmp_path / "comments.db.gz"
    path.write_bytes(gzip.compress(isso_sample.read_bytes()))
    with pytest.raises(DamagedSourceError, match=r"at its beginning: .* unpack it first"):
        run("isso", path)


def test_undecodable_text_is_kept_with_replacements(run: Import, tmp_path: Path) -> None:
    path = build_isso(tmp_path / "comments.db")
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE comments SET text = CAST(x'62ff64' AS TEXT) WHERE id = 1")
        database.commit()
    assert run("isso", path).rows[0].content == "b\ufffdd"
