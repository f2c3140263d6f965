"""Invented comments: whole, different from each other, made the same every time, and only taught."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.comment import Label
from tests.training import tiny_corpus
from training.examples import Examples
from training.invented import (
    TEXTS_PER_TEMPLATE,
    invented_examples,
    is_invented,
    read_invented,
)
from training.reference_set import hold_back
from training.training_set import training_set

_INVENTED = read_invented()


def test_every_one_has_its_own_name_and_words() -> None:
    for column in ([one.id for one in _INVENTED], [one.comment.content for one in _INVENTED]):
        assert max(Counter(column).values()) == 1
    assert all(one.comment.content.strip() for one in _INVENTED)


def test_what_is_spun_holds_no_choice_any_more() -> None:
    for one in _INVENTED:
        if one.label is Label.SPAM:
            for comment in one.comments():
                texts = (comment.content, comment.author.name or "", comment.author.url or "")
                assert not set("{}|") & set("".join(texts)), one.id


def test_the_same_come_every_time() -> None:
    for one in _INVENTED[:40]:
        first, again = (list(one.comments()) for _ in range(2))
        assert first == again
        assert 1 < len(first) == len(set(first)) <= TEXTS_PER_TEMPLATE


def test_they_teach_and_never_test(tmp_path: Path) -> None:
    paths = tiny_corpus.write(tmp_path)
    _, without = training_set(paths, None, invented=False)
    gathered, examples = training_set(paths, None)
    assert gathered.records[-1].name == "invented"
    assert gathered.records[-1].ham == sum(one.label is Label.HAM for one in _INVENTED)
    made_up = examples.where(_made_up(examples))
    assert len(examples) - len(without) == len(made_up) > len(_INVENTED)
    assert made_up.fits.all()
    assert not made_up.tests.any()
    assert not set(made_up.group.tolist()) & set(without.group.tolist())


def test_they_are_padded_with_inventions_and_pad_nobody_else(tmp_path: Path) -> None:
    paths = tiny_corpus.write(tmp_path)
    _, without = training_set(paths, None, invented=False)
    _, examples = training_set(paths, None)
    people = ~_made_up(examples)
    assert examples.where(people).comments == without.comments
    copies = [one.content for one in examples.where(~people & examples.is_spam).comments]
    assert sum(len(text.split()) > 150 for text in copies) > 100


def test_a_small_corpus_still_teaches(tmp_path: Path) -> None:
    _, examples = training_set(tiny_corpus.write(tmp_path), None)
    held = hold_back(examples).rows
    people = ~_made_up(examples)
    assert 0 < held[people].mean() < 0.5


def _made_up(examples: Examples) -> NDArray[np.bool_]:
    return np.array([is_invented(source) for source in examples.source.tolist()])


def test_one_template_is_one_group() -> None:
    examples = invented_examples(_INVENTED[:3], 100)
    assert sorted(set(examples.group.tolist())) == [100, 101, 102]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"id": "a"}', "content"),
        ('{"id": "a", "content": "b"}', "label"),
        ('{"id": "a", "content": "b", "tongue": "en"}', "tongue"),
        ("no json", "not JSON"),
    ],
)
def test_a_line_that_is_not_whole_is_named(tmp_path: Path, line: str, fault: str) -> None:
    (tmp_path / "genre.jsonl").write_text(line)
    with pytest.raises(ValueError, match=f"line 1.*{fault}"):
        read_invented(tmp_path)
