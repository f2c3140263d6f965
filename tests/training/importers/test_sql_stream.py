from pathlib import Path

import pytest

from training.importers.errors import DamagedSourceError
from training.importers.source_file import BLOCK_BYTES, SourceFile
from training.importers.sql_stream import Insert, SqlDump, Table, Values


def rows_of(path: Path, table: str, text: str) -> list[Values]:
    path.write_text(text, encoding="utf-8")
    dump = SqlDump(SourceFile(path))
    found: list[Values] = []
    for statement in dump.statements():
        if isinstance(statement, Insert) and statement.table == table:
            found.extend(dump.rows())
    return found


def test_every_kind_of_value(tmp_path: Path) -> None:
    text = r"INSERT INTO t VALUES (1,-2.5e3,NULL,'','it\'s ''it''',_utf8mb4'ü\0\Z\%',0xFF,TRUE);"
    (row,) = rows_of(tmp_path / "f", "t", text)
    quoted = ("", "it's 'it'", "ü\0\x1a%")
    assert row == (b"1", b"-2.5e3", None, *(value.encode() for value in quoted), b"0xFF", b"TRUE")


@pytest.mark.parametrize("shift", range(24))
def test_blocks_cut_a_row_anywhere(shift: int, tmp_path: Path) -> None:
    padding = "x" * (BLOCK_BYTES - 40 - shift)
    text = f"INSERT INTO t VALUES (0,'{padding}'),(1,'it\\'s '';'' (a),(b)'),\n (2,'\\\\');\n"
    values = [row[1] for row in rows_of(tmp_path / "f", "t", text)]
    assert values == [padding.encode(), b"it's ';' (a),(b)", b"\\"]


@pytest.mark.parametrize("shift", range(24))
def test_blocks_cut_what_is_passed_over_anywhere(shift: int, tmp_path: Path) -> None:
    padding = "x" * (BLOCK_BYTES - 30 - shift)
    other = f"INSERT INTO o VALUES ('{padding}'),('; '' \\' INSERT INTO t VALUES (9);');\n"
    assert rows_of(tmp_path / "f", "t", other + "INSERT INTO t VALUES (1);") == [(b"1",)]


def test_comments_and_hints_are_passed_over(tmp_path: Path) -> None:
    long_comment = "/* " + "INSERT INTO t VALUES (8); " * 20_000 + "*/"
    text = (
        "-- INSERT INTO t VALUES (9);\n# it's\n/*!40000 ALTER TABLE `t` */;\n"
        + long_comment
        + "\n;;LOCK TABLES `t` WRITE;\nINSERT INTO `db`.`t` VALUES (1) -- one\n,(2);\n-- end"
    )
    assert rows_of(tmp_path / "f", "t", text) == [(b"1",), (b"2",)]


def test_table_definition_gives_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text(
        "CREATE TABLE IF NOT EXISTS `t` (\n  `a` int DEFAULT ';',\n  `b` text COMMENT 'it''s',\n"
        "  PRIMARY KEY (`a`),\n  KEY `k` (`b`)\n) ENGINE=InnoDB;\n"
    )
    assert list(SqlDump(SourceFile(path)).statements()) == [Table("t", ("a", "b"))]


@pytest.mark.parametrize("ending", ["(1,'cut", "(1,'a'),(2", "(1,'a')", "(1,'a'),"])
def test_file_that_ends_early_is_damage(ending: str, tmp_path: Path) -> None:
    with pytest.raises(DamagedSourceError, match=r"line 2, byte \d+: a .* cut off"):
        rows_of(tmp_path / "f", "t", "-- dump\nINSERT INTO t VALUES " + ending)
