"""The author's split is followed to the row, and the published tables are read as they are."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.comment import Author
from models.corpus import CorpusRow
from training.tubespam import judge_video, published_accuracies, read_videos

_TABLES = """
### exp1_count - Psy (01-9bZkp7q19f0)

| Classifier | Acc (%) | SC (%) | BH (%) | F-medida |
|---|---|---|---|---|
| SVM RBF | 96.23 | 99.34 | 1.89 | 0.962 |
| Logistic | 97.28 | 92.45 | 1.89 | 0.951 |

### exp1_tf - Psy (01-9bZkp7q19f0)

| Classifier | Acc (%) | SC (%) |
|---|---|---|
| SVM RBF | 99.99 | 92.45 |
"""


def _row(number: int, content: str) -> CorpusRow:
    return CorpusRow(f"id{number}", "tubespam", None, content, author_name=f"viewer {number}")


def _split(folder: Path, lines: list[str]) -> Path:
    path = folder / "split.csv"
    path.write_text("\n".join(["id,source,label,split", *lines]) + "\n")
    return path


def test_the_split_decides_video_label_and_part(tmp_path: Path) -> None:
    split = _split(
        tmp_path,
        ["id2,tubespam/Psy,spam,train", "id1,tubespam/Psy,ham,test", "id3,x/LMFAO,ham,train"],
    )
    videos = read_videos(split, [_row(n, f"\ufefftext {n}\ufeff") for n in (1, 2, 3, 4)])
    assert [video.name for video in videos] == ["Psy", "LMFAO"]
    psy = videos[0]
    assert [comment.content for comment in psy.comments] == ["text 2", "text 1"]
    assert psy.comments[0].author == Author("viewer 2")
    assert psy.is_spam.tolist() == [True, False]
    assert psy.teaches.tolist() == [True, False]


def test_a_comment_that_the_corpus_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="id9"):
        read_videos(_split(tmp_path, ["id9,tubespam/Psy,spam,train"]), [_row(1, "text")])


def test_the_best_accuracy_of_the_right_table_is_read() -> None:
    assert published_accuracies(_TABLES) == {"Psy": 0.9728}


def test_what_the_test_part_says_changes_no_setting(tmp_path: Path) -> None:
    texts = [
        f"check out my channel number {n} please" if n % 2 else f"this song makes me happy {n}"
        for n in range(60)
    ]
    labels = ["spam" if n % 2 else "ham" for n in range(60)]
    lines = [
        f"id{n},tubespam/Song,{label},{'train' if n < 40 else 'test'}"
        for n, label in enumerate(labels)
    ]
    (video,) = read_videos(_split(tmp_path, lines), [_row(n, text) for n, text in enumerate(texts)])
    choices = [("words",)]
    found = judge_video(video, 0.9, choices=choices)
    assert (found.train, found.test, found.published) == (40, 20, 0.9)
    assert found.accuracy == 1.0
    contrary = np.where(video.teaches, video.is_spam, ~video.is_spam)
    turned = judge_video(replace(video, is_spam=contrary), choices=choices)
    assert turned.settings == found.settings
    assert turned.accuracy == 0.0
