"""Which comments are kept from all fitting, to be the reference set that travels with a bundle."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.features import featurise
from models.language import language
from models.reference import Reference, language_number
from training.examples import Examples
from training.slices import has_link
from training.sources import as_evidence

# Together at most 6 MB. Ham is the scarcer good: what a candidate loses beside its root is bounded
# by 0.09 % at best with 3,300 rows, which leaves room under a limit of 0.2 %.
MOST_HAM, MOST_SPAM = 3_300, 900
MOST_CHARACTERS = 350
# Held back at most one of so many labelled comments of each label, so that a small corpus still teaches.
_ONE_IN = 5
# A campaign is left to fitting: holding it back would cost more than one row says.
_LARGEST_GROUP = 3


@dataclass(frozen=True, slots=True)
class Held:
    """Where the reference set was drawn, and which examples must not be fitted on because of it."""

    drawn: NDArray[np.int64]
    rows: NDArray[np.bool_]


def hold_back(examples: Examples) -> Held:
    """Draw the reference set: as evenly from all sources as they allow, the same at every draw."""
    chosen = _drawn(examples)
    groups = np.unique(examples.group[chosen])
    return Held(chosen, np.isin(examples.group, groups))


def _drawn(examples: Examples) -> NDArray[np.int64]:
    sizes = Counter(examples.group.tolist())
    small = np.array([sizes[group] <= _LARGEST_GROUP for group in examples.group.tolist()])
    usable = np.flatnonzero(as_evidence(examples).tests & small)
    _, first = np.unique(examples.group[usable], return_index=True)
    usable = usable[np.sort(first)]
    drawn: list[int] = []
    for spam, most in ((True, MOST_SPAM), (False, MOST_HAM)):
        mine = usable[examples.is_spam[usable] == spam]
        labelled = int((examples.tests & (examples.is_spam == spam)).sum())
        drawn += _evenly(examples, mine, min(most, labelled // _ONE_IN))
    return np.array(sorted(drawn), dtype=np.int64)


def _evenly(examples: Examples, rows: NDArray[np.int64], count: int) -> list[int]:
    """Take rows in turn from every source, each source's in the order of their digests."""
    taken: Counter[str] = Counter()
    turns: list[tuple[int, str, int]] = []
    digests = {row: _digest(str(examples.ids[row])) for row in rows.tolist()}
    for row in sorted(digests, key=lambda row: digests[row]):
        source = str(examples.source[row])
        turns.append((taken[source], digests[row], row))
        taken[source] += 1
    return [row for _, _, row in sorted(turns)[:count]]


def _digest(row_id: str) -> str:
    return hashlib.blake2b(row_id.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def read_reference(examples: Examples, held: Held) -> Reference:
    """Return the reference set that was drawn; the first to load the identifier of languages."""
    comments = [
        replace(examples.comments[row], content=examples.comments[row].content[:MOST_CHARACTERS])
        for row in held.drawn.tolist()
    ]
    _, source = np.unique(examples.source[held.drawn], return_inverse=True)
    codes = [language_number(language(comment.content)) for comment in comments]
    return Reference(
        rows=featurise(comments),
        is_spam=examples.is_spam[held.drawn],
        linked=has_link(comments),
        source=source.astype(np.uint16),
        language=np.array(codes, dtype=np.uint16),
    )
