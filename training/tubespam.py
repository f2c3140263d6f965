"""The YouTube Spam Collection (Alberto, Lochter, Almeida 2015): one small model for each video.

The author's split says which comments of a video teach. All settings are chosen on those alone, by
cross-validation: of each reading of a comment the strength. Then all readings vote.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold

from models.comment import Comment
from models.corpus import CorpusRow
from training.matrix import feature_matrix
from training.progress import Progress, silent

TABLE = "exp1_count"
"""The published table that we are measured against."""

_TEXT = ("grams", "words", "pairs", "links", "markup", "shape", "script", "obfuscation")
GROUPS: tuple[tuple[str, ...], ...] = (
    _TEXT,
    (*_TEXT, "name", "name_traits"),
    ("grams", "words", "links"),
    ("grams", "links", "shape"),
    ("words", "links", "shape"),
    ("grams",),
    ("words", "pairs", "links", "shape", "script"),
)
"""Groups of features that a model reads, to choose from."""

_STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_FOLDS, _REPEATS = 5, 2
_PRESENCE = 5.0  # about the length of a row of counts, so that strengths mean the same for both
# Marks the label in two videos: the collection was saved with it in one class only.
_LEAK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Video:
    """The comments of a video; `teaches` marks the author's training part."""

    name: str
    comments: Sequence[Comment]
    is_spam: NDArray[np.bool_]
    teaches: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a model reads a comment, and its inverse regularisation."""

    groups: tuple[str, ...]
    presence: bool
    ratios: bool
    strength: float


@dataclass(frozen=True, slots=True)
class VideoResult:
    """Accuracy on a video's test part, beside the best published; `settings` vote, the best first."""

    video: str
    train: int
    test: int
    accuracy: float
    cross_validated: float
    published: float | None
    settings: tuple[Setting, ...]


def read_videos(split: Path, rows: Iterable[CorpusRow]) -> list[Video]:
    """Join the author's split (CSV: id, source, label, split) with the comments' texts.

    Raises ValueError when the split names a comment that the corpus lacks.
    """
    texts = {row.id: row for row in rows}
    members: defaultdict[str, list[Mapping[str, str]]] = defaultdict(list)
    with split.open(encoding="utf-8", newline="") as file:
        for entry in csv.DictReader(file):
            if entry["id"] not in texts:
                raise ValueError(f"{split}: the corpus has no comment {entry['id']}.")
            members[entry["source"].rpartition("/")[2]].append(entry)
    return [
        Video(
            name,
            [_comment(texts[entry["id"]]) for entry in entries],
            np.array([entry["label"] == "spam" for entry in entries], dtype=np.bool_),
            np.array([entry["split"] == "train" for entry in entries], dtype=np.bool_),
        )
        for name, entries in members.items()
    ]


def published_accuracies(tables: str) -> dict[str, float]:
    """Return each video's best accuracy in `TABLE`, as a share, from the published tables."""
    best: dict[str, float] = {}
    for title, body in re.findall(r"^### (.+)\n([^#]*)", tables, re.MULTILINE):
        experiment, _, video = title.partition(" - ")
        figures = re.findall(r"^\|[^|]+\| *([\d.]+) *\|", body, re.MULTILINE)
        if experiment == TABLE and figures:
            best[video.split(" ")[0]] = max(map(float, figures)) / 100
    return best


def judge_video(
    video: Video,
    published: float | None = None,
    *,
    choices: Sequence[tuple[str, ...]] = GROUPS,
    progress: Progress = silent,
) -> VideoResult:
    """Choose settings on the training part, let them vote on the rest, and count.

    `choices` names the groups of features that a model may read.
    """
    teaches = video.teaches
    truth = video.is_spam[teaches]
    tried: list[_Tried] = []
    for groups in progress(video.name, choices, len(choices)):
        matrix = _known(feature_matrix(video.comments, groups=groups), teaches)
        for presence, ratios in product((False, True), repeat=2):
            prepared = _presence(matrix) if presence else matrix
            settings = [Setting(groups, presence, ratios, strength) for strength in _STRENGTHS]
            strengths = [_try(prepared, teaches, truth, setting) for setting in settings]
            tried.append(max(strengths, key=lambda one: one.right(truth)))
    tried.sort(key=lambda one: -one.right(truth))
    vote = _vote(tried)
    return VideoResult(
        video.name,
        int(teaches.sum()),
        int((~teaches).sum()),
        float(np.mean((vote.tested > 0) == video.is_spam[~teaches])),
        vote.right(truth),
        published,
        vote.settings,
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    """Margins of the training part when left out (repeats by rows), and of the test part."""

    settings: tuple[Setting, ...]
    left_out: NDArray[np.float64]
    tested: NDArray[np.float64]

    def right(self, truth: NDArray[np.bool_]) -> float:
        """Return the cross-validated accuracy."""
        return float(np.mean((self.left_out > 0) == truth))


def _vote(voters: Sequence[_Tried]) -> _Tried:
    """Let settings vote with the probabilities they give."""
    return _Tried(
        tuple(setting for one in voters for setting in one.settings),
        np.mean([expit(one.left_out) for one in voters], axis=0) - 0.5,
        np.mean([expit(one.tested) for one in voters], axis=0) - 0.5,
    )


def _comment(row: CorpusRow) -> Comment:
    bare = replace(row, content=row.content.replace(_LEAK, ""))
    return bare.comment()


def _known(matrix: csr_matrix, teaches: NDArray[np.bool_]) -> csr_matrix:
    """Drop the places that no comment of the training part fills: nothing is learnt of them."""
    return matrix[:, np.unique(matrix[teaches].indices)]


def _try(
    matrix: csr_matrix, teaches: NDArray[np.bool_], truth: NDArray[np.bool_], setting: Setting
) -> _Tried:
    """Fit once a fold, the same folds for every setting, and once on all that teaches."""
    known = matrix[teaches]
    left_out = np.zeros((_REPEATS, len(truth)))
    folds = RepeatedStratifiedKFold(n_splits=_FOLDS, n_repeats=_REPEATS, random_state=0)
    for number, (train, test) in enumerate(folds.split(np.zeros(len(truth)), truth)):
        left_out[number // _FOLDS, test] = _margins(
            known[train], truth[train], known[test], setting
        )
    return _Tried((setting,), left_out, _margins(known, truth, matrix[~teaches], setting))


def _margins(
    train: csr_matrix, truth: NDArray[np.bool_], test: csr_matrix, setting: Setting
) -> NDArray[np.float64]:
    """Fit logistic regression and return the test rows' margins."""
    if setting.ratios:
        ratios = diags(_log_ratios(train, truth))
        train, test = csr_matrix(train @ ratios), csr_matrix(test @ ratios)
    model = LogisticRegression(C=setting.strength, solver="liblinear").fit(train, truth)
    return np.asarray(model.decision_function(test), dtype=np.float64)


def _log_ratios(matrix: csr_matrix, truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weigh each feature by naive Bayes' log-count ratio (Wang and Manning 2012)."""
    present = matrix > 0
    spam, ham = (np.asarray(present[rows].sum(axis=0)).ravel() + 1.0 for rows in (truth, ~truth))
    return np.asarray(np.log((spam / spam.sum()) / (ham / ham.sum())), dtype=np.float64)


def _presence(matrix: csr_matrix) -> csr_matrix:
    """Let every feature that is there count the same, rows of one length."""
    present = (matrix > 0).astype(np.float64)
    counts = np.maximum(np.asarray(present.sum(axis=1)).ravel(), 1)
    return csr_matrix(diags(_PRESENCE / np.sqrt(counts)) @ present)
