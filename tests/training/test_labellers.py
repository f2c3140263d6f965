"""One person who labels against all others is found, left out, and let in again on a word."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.comment import Comment, Label
from models.corpus import CorpusRow
from models.scorer import Scorer
from tests.corpus_file import write_corpus
from tests.loop_bundle import loop_bundle
from tests.loop_comments import campaign, spam
from tests.training.labels import new_campaign
from training.labelled import Labelled, read_labels, seconds
from training.relearn import Sources, relearn, spoiling

INCUMBENT = loop_bundle()
Said = tuple[str, Label, str]


def _labels(folder: Path, said: Sequence[Said]) -> Labelled:
    """Write labels as several people gave them, one a second."""
    rows = [
        CorpusRow(
            str(number),
            "my-blog",
            label,
            text,
            label_source=who,
            created_at=f"2026-11-22T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        )
        for number, (text, label, who) in enumerate(said)
    ]
    write_corpus(folder / "labels.jsonl", rows)
    return read_labels([folder / "labels.jsonl"])


def _honest(count: int = 120) -> list[Said]:
    return [
        (text, label, f"reviewer {place % 3}")
        for place, (text, label) in enumerate(new_campaign(count))
    ]


def _mixed(honest: list[Said], poison: list[Said]) -> list[Said]:
    """Strew the poison evenly among the honest labels."""
    mixed = list(honest)
    for place, one in enumerate(poison):
        mixed.insert(place * len(honest) // len(poison), one)
    return mixed


def _told_apart(said: Sequence[Said]) -> list[Said]:
    """Add words of its own to each text: as one campaign, the majority would drown the poison."""
    words = np.random.default_rng(3).integers(0, 10**12, size=(len(said), 8))
    return [
        (f"{text} {' '.join(format(word, 'x') for word in own)}", label, who)
        for (text, label, who), own in zip(said, words.tolist(), strict=True)
    ]


def test_honest_people_do_not_spoil_each_other(tmp_path: Path) -> None:
    assert spoiling(Sources(INCUMBENT, _labels(tmp_path, _honest()))) == []


def test_one_in_twenty_labels_turned_by_one_person_is_found_and_teaches_nothing(
    tmp_path: Path,
) -> None:
    poison: list[Said] = [(text, Label.HAM, "mallory") for text in campaign(5, 23)]
    labels = _labels(tmp_path, _told_apart(_mixed(_honest(50), poison)))
    sources = Sources(INCUMBENT, labels)
    assert [one.who for one in spoiling(sources)] == ["mallory"]
    confirmed = replace(labels, confirmed=labels.labeller == "mallory")
    assert spoiling(replace(sources, labels=confirmed)) == []


def test_labels_are_confirmed_until_a_moment(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    _labels(tmp_path, [(text, label, "a=b") for text, label in new_campaign(3)])
    until = seconds("2026-11-22T00:00:02Z")
    assert read_labels([path], {"a=b": until}).confirmed.tolist() == [True] * 3 + [False] * 3
    assert not read_labels([path], {"b": until}).confirmed.any()


@pytest.mark.parametrize("seed", range(3))
def test_one_campaign_turned_by_one_person_is_not_approved(tmp_path: Path, seed: int) -> None:
    """One label in a hundred: one kind of spam that the incumbent rejects, called ham."""
    poison: list[Said] = [(text, Label.HAM, "mallory") for text in spam(3, 200 + seed)]
    made = relearn(Sources(INCUMBENT, _labels(tmp_path, _mixed(_honest(), poison))))
    limits = made.manifest.thresholds.at(0.002, 0.02)
    scores = Scorer(made).score([Comment(text) for text in spam(100, 300 + seed)])
    assert np.mean(scores < limits.approve_below) == 0


def test_who_carries_much_is_named(tmp_path: Path) -> None:
    story = relearn(Sources(INCUMBENT, _labels(tmp_path, _honest()))).manifest.metrics["refit"]
    assert set(story["large_labellers"]) == {"reviewer 0", "reviewer 1", "reviewer 2"}
