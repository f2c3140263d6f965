import json
from pathlib import Path

import pytest

from training.importers.errors import DamagedSourceError
from training.importers.json_stream import JsonObject, read_objects
from training.importers.source_file import BLOCK_BYTES, SourceFile


def objects(path: Path, text: str | bytes) -> list[JsonObject]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [found for _line, found in read_objects(SourceFile(path))]


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1}{"a":2}',
        '{"a":1}\n{"a":2}\n',
        '[{"a":1},{"a":2}]',
        '[{"a":1}]\n[\n{"a":2}]',
        '\ufeff[{"a":1},{"a":2}]',
    ],
)
def test_every_way_of_stringing_objects_together(text: str, tmp_path: Path) -> None:
    assert objects(tmp_path / "f", text) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("shift", range(12))
def test_blocks_cut_an_object_anywhere(shift: int, tmp_path: Path) -> None:
    first = {"pad": "x" * (BLOCK_BYTES - 16 - shift)}
    rest = [{"é": "🥖", "n": -1.5e3, "t": True}, {"last": None}]
    text = "".join(json.dumps(value, ensure_ascii=False) for value in (first, *rest))
    assert objects(tmp_path / "f", text) == [first, *rest]


def test_damage_is_named_by_line_and_column(tmp_path: Path) -> None:
    padding = "x" * 100
    with pytest.raises(DamagedSourceError, match="line 3, column 8: not valid JSON"):
        objects(tmp_path / "f", f'{{"a":1}}\n{{"a":2}}\n{{"a":3 oops}}\n{{"b":"{padding}"}}')


def test_something_else_than_objects_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedSourceError, match="line 1, column 2: something other"):
        objects(tmp_path / "f", "[1, 2]")


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedSourceError, match="nested too deeply"):
        objects(tmp_path / "f", '{"a":' + "[" * 200_000)


def test_invalid_utf8_is_named_by_line_and_byte(tmp_path: Path) -> None:
    with pytest.raises(DamagedSourceError, match="line 2, byte 14: not UTF-8 text"):
        objects(tmp_path / "f", b'{"a":1}\n{"a":"\xff"}')
