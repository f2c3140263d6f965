"""Corrections: by digest, with a reason, and without anybody's words."""

import json
from pathlib import Path

import pytest

from models.comment import Label
from tests.training import tiny_corpus
from training.corrections import (
    SHIPPED,
    Correction,
    corrected_label,
    read_corrections,
    row_digest,
    write_corrections,
)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    corrections = [
        Correction("b" * 16, None, "unclear"),
        Correction("a" * 16, Label.HAM, "genuine"),
    ]
    write_corrections(path, corrections)
    assert read_corrections(path) == {found.digest: found for found in corrections}
    assert path.read_text().index("a" * 16) < path.read_text().index("b" * 16)


def test_a_correction_wins_over_the_corpus() -> None:
    row = tiny_corpus.rows()[0]
    digest = row_digest(row.id)
    assert corrected_label(row, {}) is Label.HAM
    assert corrected_label(row, {digest: Correction(digest, Label.SPAM, "promotion")}) is Label.SPAM
    assert corrected_label(row, {digest: Correction(digest, None, "unclear")}) is None


def test_an_unknown_label_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    path.write_text('{"digest": "a", "label": "maybe", "reason": ""}\n')
    with pytest.raises(ValueError, match="line 1"):
        read_corrections(path)


def test_what_we_ship_holds_digests_and_no_words() -> None:
    lines = [json.loads(line) for line in SHIPPED.read_text().splitlines()]
    assert len(lines) == len(read_corrections()) > 500
    for line in lines:
        assert set(line) == {"digest", "label", "reason"}
        assert len(line["digest"]) == 16
        assert len(line["reason"]) < 60
