from pathlib import Path

import pytest

from tests.training.importers.conftest import SAMPLES, Import
from training.importers.errors import DamagedSourceError

SAMPLE = SAMPLES / "corpus.jsonl"


def test_same_id_of_two_sources_stays_two_comments(run: Import) -> None:
    rows = run("jsonl", SAMPLE).rows
    assert len({row.id for row in rows}) == 4


def test_review_stays_the_source_of_the_label(run: Import) -> None:
    assert run("jsonl", SAMPLE).row("I slash mine").label_source == "review"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "9", "source": "b", "label": "junk", "content": "x"}', "line 5: label 'junk'"),
        ('{"id": "9", "source": "b", "label": "ham"}', "line 5: field 'content'"),
        ('{"id": "9", "sour', "line 5: not JSON"),
    ],
)
def test_damaged_line_is_named(line: str, message: str, run: Import, tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text(SAMPLE.read_text(encoding="utf-8") + line + "\n", "utf-8")
    with pytest.raises(DamagedSourceError, match=message):
        run("jsonl", path)
