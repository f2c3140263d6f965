"""Spun comments: choices are made, inner ones first, and the same every time."""

from pathlib import Path

import pytest

from training.spin import Template, read_templates, spin


def test_every_text_is_one_of_the_choices() -> None:
    texts = set(spin(Template("t", "{Nice|Great} {post|{article|page}}!"), 100))
    assert texts == {f"{a} {b}!" for a in ("Nice", "Great") for b in ("post", "article", "page")}


def test_the_same_template_spins_the_same_texts() -> None:
    template = Template("t", "{a|b|c|d} {e|f|g|h} {i|j|k|l}")
    assert list(spin(template, 10)) == list(spin(template, 10))


def test_texts_differ_from_each_other() -> None:
    texts = list(spin(Template("t", "{a|b|c|d} {e|f|g|h}"), 8))
    assert len(texts) == len(set(texts)) == 8


def test_a_text_without_choices_comes_once() -> None:
    assert list(spin(Template("t", "Lovely weather"), 5)) == ["Lovely weather"]


def test_templates_are_read_from_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "templates.jsonl"
    path.write_text('{"id": "one", "template": "{Hi|Hello} there", "variants": 2}\n\n')
    assert read_templates(path) == [Template("one", "{Hi|Hello} there")]


def test_a_line_without_a_template_names_the_field(tmp_path: Path) -> None:
    path = tmp_path / "templates.jsonl"
    path.write_text('{"id": "one"}\n')
    with pytest.raises(ValueError, match="template"):
        read_templates(path)
