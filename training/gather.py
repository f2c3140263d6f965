"""Corpora read into examples: labels weighed, near-duplicates grouped, large sources held down."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.comment import Comment, Label, Post
from models.corpus import CorpusRow, read_corpus
from models.links import find_links, parse_address
from models.manifest import CorpusRecord
from models.text import normalise_batch
from training.corrections import Corrections, corrected_label, row_digest
from training.dedupe import campaign_hosts, duplicate_groups
from training.examples import HAM, SPAM, UNKNOWN, Examples
from training.progress import Progress, silent
from training.trust import trusted_label

# Beyond this many rows of one label, a source teaches its habits and costs time.
MOST_ROWS = 4_000
_BATCH = 512
Rows = NDArray[np.bool_]
_CODES = {Label.SPAM: SPAM, Label.HAM: HAM, None: UNKNOWN}


@dataclass(frozen=True, slots=True)
class Gathered:
    """Examples, and for the manifest what they came from."""

    examples: Examples
    records: tuple[CorpusRecord, ...]


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A row with its label after correction, and the label that fitting may use."""

    row: CorpusRow
    known: Label | None
    trusted: Label | None


def gather(
    paths: Sequence[Path], corrections: Corrections, *, progress: Progress = silent
) -> Gathered:
    """Read corpora into examples; raises CorpusError at the first line that is not a row."""
    labelled: list[_Labelled] = []
    records = []
    for path in progress("Corpora", sorted(paths), len(paths)):
        found = list(_labelled(path, corrections))
        labelled += found
        records.append(_record(path, found))
    return Gathered(_examples(labelled, _held_down(labelled)), tuple(records))


def gather_own(paths: Sequence[Path], *, progress: Progress = silent) -> Gathered:
    """Read an owner's labels into examples: all of them teach, whatever their site is called.

    What holds corpora down keeps one blog from teaching its habits to all others; on an owner's
    machine those habits are what there is to learn. Raises CorpusError as `gather` does.
    """
    labelled: list[_Labelled] = []
    records = []
    for path in progress("Labels", sorted(paths), len(paths)):
        found = [_Labelled(row, row.label, row.label) for row in read_corpus(path) if row.label]
        labelled += found
        records.append(_record(path, found))
    return Gathered(_examples(labelled, np.ones(len(labelled), np.bool_)), tuple(records))


def _labelled(path: Path, corrections: Corrections) -> Iterator[_Labelled]:
    for row in read_corpus(path):
        known = corrected_label(row, corrections)
        trusted = trusted_label(row, known)
        if known is not None or trusted is not None:
            yield _Labelled(row, known, trusted)


def _record(path: Path, labelled: Sequence[_Labelled]) -> CorpusRecord:
    counts = Counter(entry.trusted for entry in labelled)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    name = path.name.removesuffix(".gz").removesuffix(".jsonl")
    return CorpusRecord(name, digest, counts[Label.SPAM], counts[Label.HAM])


def _examples(labelled: Sequence[_Labelled], fits: Rows) -> Examples:
    rows = [entry.row for entry in labelled]
    comments = _with_shared_posts([row.comment() for row in rows])
    labels = [entry.known or entry.trusted for entry in labelled]
    flags = np.array([label is Label.SPAM for label in labels], dtype=np.bool_)
    hosts = _hosts(comments)
    campaigns = campaign_hosts(hosts, flags.tolist())
    groups = duplicate_groups([row.content for row in rows], [names & campaigns for names in hosts])
    return Examples(
        ids=np.array([row.id for row in rows], dtype=np.str_),
        comments=comments,
        source=np.array([row.source for row in rows], dtype=np.str_),
        group=groups,
        is_spam=flags,
        fits=fits,
        tests=np.array([None not in (e.known, e.trusted) for e in labelled], dtype=np.bool_),
        original=np.array([_CODES[row.label] for row in rows], dtype=np.int8),
        by_post_author=np.array([row.is_post_author is True for row in rows], dtype=np.bool_),
    )


def _with_shared_posts(comments: Sequence[Comment]) -> list[Comment]:
    """Let the comments of one post hold it once: every row of a corpus brings its own excerpt."""
    posts: dict[Post, Post] = {}
    return [
        replace(comment, post=posts.setdefault(comment.post, comment.post)) for comment in comments
    ]


def _held_down(labelled: Sequence[_Labelled]) -> Rows:
    """Mark what may teach: at most MOST_ROWS of a source and label, chosen by digest."""
    members: dict[tuple[str, Label], list[int]] = {}
    for place, entry in enumerate(labelled):
        if entry.trusted is not None:
            members.setdefault((entry.row.source, entry.trusted), []).append(place)
    fits = np.zeros(len(labelled), dtype=np.bool_)
    for places in members.values():
        if len(places) > MOST_ROWS:
            places.sort(key=lambda place: row_digest(labelled[place].row.id))
        fits[places[:MOST_ROWS]] = True
    return fits


def _hosts(comments: Sequence[Comment]) -> list[set[str]]:
    """Hosts that each comment links to, in its text or as its author's URL."""
    found = []
    for start in range(0, len(comments), _BATCH):
        batch = comments[start : start + _BATCH]
        texts = normalise_batch([comment.content for comment in batch]).texts()
        for text, comment in zip(texts, batch, strict=True):
            names = {link.address.registered for link in find_links(text)}
            author = parse_address((comment.author.url or "").lower())
            found.append(names | ({author.registered} if author else set()))
    return found
