from pathlib import Path

import pytest

from models.comment import Label
from tests.training.importers.conftest import CSV_OPTIONS, SAMPLES, Import
from training.importers.errors import DamagedSourceError, OptionsError
from training.importers.imported_comment import SkipReason
from training.importers.source_format import ImportOptions

SAMPLE = SAMPLES / "comments.csv"


def write(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "comments.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_columns_and_labels_are_mapped(run: Import) -> None:
    found = run("csv", SAMPLE, options=CSV_OPTIONS)
    row = found.row("I slash mine")
    assert row.label is Label.HAM
    assert row.content == 'I slash mine "before" the second rise,\nand it stopped cracking.'
    assert row.post_title == "Why my rye loaf cracks"
    assert found.row("Great article").created_at == "2021-03-05T01:00:00+00:00"
    assert found.row("garbage").label is None


def test_number_that_comes_again_is_skipped(run: Import) -> None:
    found = run("csv", SAMPLE, options=CSV_OPTIONS)
    assert found.result.skipped[SkipReason.REPEATED].examples == ("1",)


def test_rows_without_ids_get_stable_ones(run: Import, tmp_path: Path) -> None:
    first = run("csv", write(tmp_path, "content,label\none,ham\ntwo,spam\none,ham\n"))
    again = run("csv", write(tmp_path, "label,content\nspam,two\nham,one\n"))
    assert {row.id for row in first.rows} == {row.id for row in again.rows}
    assert len(first.rows) == 2


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (",", "utf-8")]
)
def test_what_spreadsheets_write(
    separator: str, encoding: str, run: Import, tmp_path: Path
) -> None:
    text = f'content{separator}label\r\n"brød, fint; ja"{separator}ham\r\n'
    (row,) = run("csv", write(tmp_path, text, encoding)).rows
    assert (row.content, row.label) == ("brød, fint; ja", Label.HAM)


def test_missing_content_column_says_what_to_write(run: Import) -> None:
    with pytest.raises(OptionsError, match=r"body.*--column content=body"):
        run("csv", SAMPLE)


def test_unknown_column_and_field_are_named(run: Import) -> None:
    with pytest.raises(OptionsError, match="no column 'text'"):
        run("csv", SAMPLE, options=ImportOptions(columns={"content": "text"}))
    with pytest.raises(OptionsError, match="our fields are id, content"):
        run("csv", SAMPLE, options=ImportOptions(columns={"body": "content"}))


def test_label_without_meaning_is_asked_for_by_line(run: Import, tmp_path: Path) -> None:
    path = write(tmp_path, "content,label\none,ham\ntwo,junk\n")
    with pytest.raises(OptionsError, match=r"line 3: the label 'junk'.*--label junk=spam"):
        run("csv", path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("content,label\none,ham\ntwo\n", "line 3: 1 columns where the header has 2"),
        ('content,label\none,ham\n"two,ham\nthree,ham\n', "begins in line 3: unexpected end"),
        ('content,label\n"o"ne,ham\n', "begins in line 2: .* expected after"),
    ],
)
def test_damage_is_named_by_line(text: str, message: str, run: Import, tmp_path: Path) -> None:
    with pytest.raises(DamagedSourceError, match=message):
        run("csv", write(tmp_path, text))


def test_other_encoding_is_named_by_byte(run: Import, tmp_path: Path) -> None:
    path = write(tmp_path, "content,label\nbrød,ham\n", "latin-1")
    with pytest.raises(DamagedSourceError, match="line 2, byte 16: not UTF-8 text"):
        run("csv", path)
