"""What becomes of spam and ham under each attack, blog by blog."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.comment import Comment
from models.scorer import Scorer
from training.attacks.attack import Attack, Family, Material
from training.attacks.suite import ATTACKS, SEED
from training.metrics import level_at
from training.progress import Progress, silent
from training.scored import BATCH, Scored
from training.sources import once_each

HAM_LOST = 0.005
"""Share of a blog's ham whose loss, unattacked, sets the level at which spam counts as caught."""

MOST_ROWS = 250
"""Comments of a blog and label that are rewritten: enough for a point, all would take an hour."""

# The words that readers use most are in every comment; an attacker takes those that come next.
_COMMONEST, _GOOD_WORDS = 50, 800
_WORD = re.compile(r"[^\W\d_]{4,}")

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Change:
    """A share before and after an attack, as means over blogs."""

    before: float
    after: float

    @property
    def points(self) -> float:
        """How far the share rose, in percentage points."""
        return 100 * (self.after - self.before)


@dataclass(frozen=True, slots=True)
class Trial:
    """One attack: shares at the level of `HAM_LOST`, and decisions at the certified thresholds."""

    attack: str
    family: Family
    caught: Change
    ham_lost: Change
    spam_rejected: Change
    spam_approved: Change
    ham_rejected: Change
    worst_source: str
    worst_fall: float


@dataclass(frozen=True, slots=True)
class _Blog:
    """One blog under attack: its comments, what an attacker finds there, and the levels that hold."""

    name: str
    scorer: Scorer
    spam: Sequence[Comment]
    ham: Sequence[Comment]
    material: Material
    level: float
    approve_below: float
    reject_from: float

    def shares(self, spam: Sequence[Comment], ham: Sequence[Comment]) -> NDArray[np.float64]:
        """Return shares: spam caught, ham lost, spam rejected, spam approved, ham rejected."""
        bad, good = _score(self.scorer, spam), _score(self.scorer, ham)
        return np.array(
            [
                np.mean(bad > self.level),
                np.mean(good > self.level),
                np.mean(bad >= self.reject_from),
                np.mean(bad < self.approve_below),
                np.mean(good >= self.reject_from),
            ]
        )


def _score(scorer: Scorer, comments: Sequence[Comment]) -> NDArray[np.float64]:
    starts = range(0, len(comments), BATCH)
    return np.concatenate([scorer.score(comments[at : at + BATCH]) for at in starts])


def try_attacks(scored: Scored, *, progress: Progress = silent) -> list[Trial]:
    """Rewrite spam and ham of every blog with both labels by each attack of the suite."""
    blogs = list(_blogs(scored))
    before = np.array([blog.shares(blog.spam, blog.ham) for blog in blogs])
    return [
        _trial(attack, blogs, before)
        for attack in progress("Attacks", ATTACKS if blogs else (), len(ATTACKS))
    ]


def _trial(attack: Attack, blogs: Sequence[_Blog], before: NDArray[np.float64]) -> Trial:
    after = np.array(
        [
            blog.shares(
                attack.apply(blog.spam, blog.material, SEED),
                attack.apply(blog.ham, blog.material, SEED + 1),
            )
            for blog in blogs
        ]
    )
    pairs = zip(before.mean(axis=0).tolist(), after.mean(axis=0).tolist(), strict=True)
    caught, ham_lost, spam_rejected, spam_approved, ham_rejected = (Change(*p) for p in pairs)
    falls = 100 * (before[:, 0] - after[:, 0])
    return Trial(
        attack.name,
        attack.family,
        caught,
        ham_lost,
        spam_rejected,
        spam_approved,
        ham_rejected,
        blogs[int(falls.argmax())].name,
        float(falls.max()),
    )


def _blogs(scored: Scored) -> Iterator[_Blog]:
    examples = scored.examples
    good_words = _good_words(
        comment.content
        for comment, spam in zip(examples.comments, examples.is_spam.tolist(), strict=True)
        if not spam
    )
    for name, bundle in sorted(scored.bundles.items()):
        inside = examples.source == name
        once = once_each(examples, inside)
        spam, ham = (_drawn(scored, once & mine) for mine in (examples.is_spam, ~examples.is_spam))
        if not spam or not ham:
            continue
        first = int(inside.argmax())
        scorer = Scorer(bundle)
        # By the scorer that scores what is attacked, too: what weights in half precision round away
        # would make a loss of the very comment that sets the level.
        all_ham = examples.where(inside & ~examples.is_spam).comments
        yield _Blog(
            name,
            scorer,
            spam[:MOST_ROWS],
            ham[:MOST_ROWS],
            Material([comment.content for comment in ham], good_words),
            level_at(_score(scorer, all_ham), HAM_LOST),
            float(scored.approve_below[first]),
            float(scored.reject_from[first]),
        )


def _drawn(scored: Scored, rows: Flags) -> list[Comment]:
    """Return comments in the order of their digests."""
    examples = scored.examples
    places = sorted(np.flatnonzero(rows).tolist(), key=lambda row: _digest(str(examples.ids[row])))
    return [examples.comments[row] for row in places]


def _digest(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _good_words(texts: Iterable[str]) -> list[str]:
    """Return words that many readers use, by the number of comments that hold them."""
    counts = Counter(word for text in texts for word in set(_WORD.findall(text.lower())))
    return [word for word, _ in counts.most_common(_COMMONEST + _GOOD_WORDS)][_COMMONEST:]
