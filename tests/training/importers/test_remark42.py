from pathlib import Path

import pytest

from models.comment import Label
from tests.training.importers.conftest import SAMPLES, Import
from training.importers.errors import DamagedSourceError
from training.importers.imported_comment import SkipReason

SAMPLE = SAMPLES / "remark42.json"


def test_published_is_ham_and_what_was_typed_is_kept(run: Import) -> None:
    found = run("remark42", SAMPLE)
    row = found.row("I slash mine")
    assert row.label is Label.HAM
    assert row.content == "I slash mine **before** the second rise & it stopped cracking."
    assert found.row("cup of water").content.startswith("<p>")


def test_blocked_author_leaves_no_ham(run: Import) -> None:
    row = run("remark42", SAMPLE).row("Best oven")
    assert (row.label, row.label_source) == (None, "remark42_blocked_author")


def test_deleted_is_skipped(run: Import) -> None:
    assert run("remark42", SAMPLE).result.skipped[SkipReason.NO_TEXT].examples == ("aa04",)


def test_time_with_offset_and_nanoseconds(run: Import) -> None:
    assert run("remark42", SAMPLE).row("I slash mine").created_at == "2021-03-04T09:15:00+00:00"


def test_other_objects_are_refused_by_line(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"version":1,"users":[]}\n{"song":"one"}\n')
    with pytest.raises(DamagedSourceError, match="line 2: an object that is neither"):
        run("remark42", path)
