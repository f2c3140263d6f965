"""An owner's labels: examples with who said what when, and those withheld for the gate."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.corpus import read_corpus
from models.manifest import CorpusRecord
from training.examples import Examples
from training.gather import gather_own
from training.progress import Progress, silent

# Of the labels that are new since the last retrain, this share of the newest is withheld, and one
# in ten campaigns wholly. At the next retrain they are not new any more, and teach.
NEWEST_SHARE = 0.3
_CAMPAIGN_ONE_IN = 10

Confirmed = Mapping[str, float]
"""Labellers whose labels are confirmed, and until when, in seconds since 1970."""

NOBODY: Confirmed = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Labelled:
    """Examples with the time of each label, in seconds since 1970, and the person who gave it.

    `confirmed` marks labels that somebody stood up for after they had been doubted.
    """

    examples: Examples
    labelled_at: NDArray[np.float64]
    labeller: NDArray[np.str_]
    confirmed: NDArray[np.bool_]
    records: tuple[CorpusRecord, ...]

    def __len__(self) -> int:
        return len(self.examples)

    def where(self, kept: NDArray[np.bool_]) -> "Labelled":
        """Return the labels that `kept` marks, in the same order."""
        return self._at(np.flatnonzero(kept))

    def oldest_first(self) -> "Labelled":
        """Return the labels in the order in which they were given."""
        return self._at(np.argsort(self.labelled_at, kind="stable"))

    def until(self) -> str | None:
        """Return the time of the newest label; None without any."""
        if not len(self):
            return None
        return datetime.fromtimestamp(float(self.labelled_at.max()), UTC).isoformat()

    def _at(self, rows: NDArray[np.int64]) -> "Labelled":
        return Labelled(
            self.examples.at(rows),
            self.labelled_at[rows],
            self.labeller[rows],
            self.confirmed[rows],
            self.records,
        )


def read_labels(
    paths: Sequence[Path], confirmed: Confirmed = NOBODY, *, progress: Progress = silent
) -> Labelled:
    """Read labels as `winnow labels export` writes them; raises CorpusError at a wrong line."""
    gathered = gather_own(paths, progress=progress)
    said = _said(paths)
    examples = gathered.examples
    pairs = [said[str(name)] for name in examples.ids.tolist()]
    return Labelled(
        examples,
        np.array([at for at, _ in pairs], dtype=np.float64),
        np.array([who for _, who in pairs], dtype=np.str_),
        np.array([at <= confirmed.get(who, -inf) for at, who in pairs], dtype=np.bool_),
        gathered.records,
    )


def _said(paths: Sequence[Path]) -> Mapping[str, tuple[float, str]]:
    return {
        row.id: (seconds(row.created_at), row.label_source or "unknown")
        for path in paths
        for row in read_corpus(path)
    }


def seconds(time: str | None) -> float:
    """Return a time as seconds since 1970; 0 for one that is missing or can't be read."""
    try:
        moment = datetime.fromisoformat(time or "")
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def since(incumbent: Bundle) -> float:
    """Return the time of the newest label that the incumbent knew of, in seconds; 0 for none."""
    return seconds(incumbent.manifest.metrics.get("refit", {}).get("until"))


def agreed(labelled: Labelled) -> NDArray[np.bool_]:
    """Mark labels that no commoner label of the same campaign contradicts; at a tie, none."""
    votes: defaultdict[int, Counter[bool]] = defaultdict(Counter)
    groups, spam = labelled.examples.group.tolist(), labelled.examples.is_spam.tolist()
    for group, label in zip(groups, spam, strict=True):
        votes[group][label] += 1
    return np.array(
        [
            votes[group][label] > votes[group][not label]
            for group, label in zip(groups, spam, strict=True)
        ],
        dtype=np.bool_,
    )


def withheld(labelled: Labelled, since: float) -> NDArray[np.bool_]:
    """Mark what is kept for the gate, among the labels given after `since`: neither contestant saw it.

    The newest part of each label shows what comes next; whole campaigns show what is new.
    """
    new = labelled.labelled_at > since
    kept = np.zeros(len(labelled), dtype=np.bool_)
    for label in (True, False):
        rows = np.flatnonzero(new & (labelled.examples.is_spam == label))
        newest = rows[np.argsort(labelled.labelled_at[rows], kind="stable")]
        kept[newest[len(newest) - int(NEWEST_SHARE * len(newest)) :]] = True
    first = {
        group: row for row, group in reversed(list(enumerate(labelled.examples.group.tolist())))
    }
    chosen = [
        group for group, row in first.items() if _chosen(labelled.examples.comments[row].content)
    ]
    return kept | (new & np.isin(labelled.examples.group, chosen))


def _chosen(text: str) -> bool:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "big") % _CAMPAIGN_ONE_IN == 0
