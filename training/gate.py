"""The gate: what a candidate has to pass to take over, and why it is refused; a pure function."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score

from training.contradictions import SiteDoubt

Scores = NDArray[np.float64]
Rows = NDArray[np.bool_]

# A one-sided test refuses at this chance of doing so without reason.
SIGNIFICANT = 0.05
LEAST_LABELS = 100
LEAST_SLICE = 200
# Promises beside a root's cost 4.4 and 5.6 points on two blogs where next to nothing was learnt.
MOST_MORE_HELD = 0.1
MOST_MISCALIBRATION = 0.03
# Learning a blog costs the ranking of the world's comments a little: with 50 labels of blogs that the
# bundle had not seen, 0.0004 to 0.0008 of ROC AUC were measured, with 200 up to 0.003.
MOST_RANKING_LOST = 0.002
# Of honest labels 0.4 % are contradicted, and 2.0 % on the worst of nine blogs; see contradictions.py.
MOST_CONTRADICTED = 0.02
LEAST_CONTRADICTED = 5
_NAMED = 3
_RESAMPLES = 300
_SEED = 20261122
_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Contestant:
    """One bundle's scores of the rows, and which of them it rejects and approves."""

    version: str
    created_at: str
    scores: Scores
    rejects: Rows
    approves: Rows


@dataclass(frozen=True, slots=True)
class Contest:
    """Two bundles on the same comments, which neither was fitted on.

    `own` marks the owner's withheld labels; the rest is the reference set. `new` counts the labels
    since the last retrain, spam and ham; `doubts` says which of these everything else contradicts.
    """

    is_spam: Rows
    own: Rows
    slices: Mapping[str, Rows]
    incumbent: Contestant
    candidate: Contestant
    new: tuple[int, int]
    doubts: Sequence[SiteDoubt] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the gate looks at, and what it found in a sentence."""

    name: str
    passed: bool
    reason: str


def judge(contest: Contest, *, least_labels: int = LEAST_LABELS) -> list[Check]:
    """Return every check, in the order in which a person asks."""
    finite = np.isfinite(contest.candidate.scores).all()
    checks = [_newer(contest), _enough(contest, least_labels), _labels(contest.doubts)]
    if not finite:
        bad = int((~np.isfinite(contest.candidate.scores)).sum())
        return [*checks, Check("scores", False, f"{bad:,} comments get no score")]
    return [
        *checks,
        Check("scores", True, f"all {len(contest.is_spam):,} comments get a score"),
        *_errors(contest),
        _held(contest),
        _slices(contest),
        _ranking(contest),
        _calibration(contest),
        _better(contest),
    ]


def _newer(contest: Contest) -> Check:
    candidate, incumbent = contest.candidate.created_at, contest.incumbent.created_at
    return Check("newer", candidate > incumbent, f"made {candidate}, the incumbent {incumbent}")


def _enough(contest: Contest, least: int) -> Check:
    names = ("spam", "ham")
    missing = [
        f"{least - count:,} {name}"
        for name, count in zip(names, contest.new, strict=True)
        if count < least
    ]
    spam, ham = contest.new
    there = f"{spam:,} spam and {ham:,} ham since the last retrain"
    reason = f"{there}; {' and '.join(missing)} more are needed" if missing else there
    return Check("new labels", not missing, reason)


def _labels(doubts: Sequence[SiteDoubt]) -> Check:
    """Refuse to learn from a site whose labels are contradicted more often than honest ones are."""
    bad = [
        one
        for one in doubts
        if len(one.contradicted) >= LEAST_CONTRADICTED
        and len(one.contradicted) > MOST_CONTRADICTED * one.looked_at
    ]
    found = sum(len(one.contradicted) for one in doubts)
    looked_at = sum(one.looked_at for one in doubts)
    reason = "; ".join(_doubted(one) for one in bad)
    return Check(
        "labels", not bad, reason or f"{found:,} of {looked_at:,} new ones are contradicted"
    )


def _doubted(doubt: SiteDoubt) -> str:
    found = doubt.contradicted
    people = Counter(one.labeller for one in found)
    names = ", ".join(f"{count:,} by {who}" for who, count in people.most_common(_NAMED))
    rows = ", ".join(one.comment for one in found[:_NAMED])
    return (
        f"{len(found):,} of {doubt.looked_at:,} new ones of {doubt.site} are contradicted by the others "
        f"or by what the incumbent is sure of ({names}), first of all {rows}; look at them with "
        "`winnow labels suspects`, correct them, or confirm who is right with `winnow labels confirm`"
    )


def _errors(contest: Contest) -> Iterator[Check]:
    """Compare both kinds of error, on the world's comments and on the owner's, pair by pair."""
    for name, rows in (("reference", ~contest.own), ("own comments", contest.own)):
        yield _error(f"ham rejected, {name}", *_ham_lost(contest, rows))
        yield _error(f"spam approved, {name}", *_spam_missed(contest, rows))


def _ham_lost(contest: Contest, rows: Rows) -> tuple[Rows, Rows]:
    ham = rows & ~contest.is_spam
    return contest.incumbent.rejects[ham], contest.candidate.rejects[ham]


def _spam_missed(contest: Contest, rows: Rows) -> tuple[Rows, Rows]:
    spam = rows & contest.is_spam
    return contest.incumbent.approves[spam], contest.candidate.approves[spam]


def _error(name: str, before: Rows, after: Rows) -> Check:
    """Test one-sidedly (McNemar, exact) whether the candidate errs more often."""
    chance = worse(before, after)
    reason = f"{int(after.sum())} of {len(after):,}, the incumbent {int(before.sum())}"
    if chance < SIGNIFICANT:
        reason += f"; by chance once in {1 / max(chance, 1e-9):,.0f}"
    return Check(name, chance >= SIGNIFICANT, reason)


def worse(before: Rows, after: Rows) -> float:
    """Return the chance of so many new errors if the candidate were no worse; 1 without any."""
    new, mended = int((after & ~before).sum()), int((before & ~after).sum())
    if new <= mended:
        return 1.0
    return float(binomtest(new, new + mended, 0.5, alternative="greater").pvalue)


def _held(contest: Contest) -> Check:
    shares = [
        float((~one.rejects & ~one.approves)[~contest.own].mean()) if (~contest.own).any() else 0.0
        for one in (contest.incumbent, contest.candidate)
    ]
    reason = f"{shares[1]:.1%} of the reference set, the incumbent {shares[0]:.1%}"
    return Check("held", shares[1] - shares[0] <= MOST_MORE_HELD, reason)


def _slices(contest: Contest) -> Check:
    """Test every slice of enough rows for both errors; Holm's correction over all of them."""
    tested: list[tuple[float, str]] = []
    for name, rows in contest.slices.items():
        if rows.sum() >= LEAST_SLICE:
            tested.append((worse(*_ham_lost(contest, rows)), f"{name}: more ham rejected"))
            tested.append((worse(*_spam_missed(contest, rows)), f"{name}: more spam approved"))
    found = holm([chance for chance, _ in tested])
    bad = [what for (_, what), refused in zip(tested, found, strict=True) if refused]
    reason = "; ".join(bad) or f"none of {len(tested) // 2} slices is worse"
    return Check("slices", not bad, reason)


def holm(chances: Sequence[float]) -> list[bool]:
    """Return which hypotheses fall at `SIGNIFICANT` over all (Holm 1979)."""
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    fallen = [False] * len(chances)
    for rank, place in enumerate(order):
        if chances[place] > SIGNIFICANT / (len(chances) - rank):
            break
        fallen[place] = True
    return fallen


def _ranking(contest: Contest) -> Check:
    """Refuse a candidate that surely ranks the reference set worse by more than MOST_RANKING_LOST."""
    rows = np.flatnonzero(~contest.own)
    spam = contest.is_spam[rows]
    if not spam.any() or spam.all():
        return Check("ranking", False, "there is no reference set to compare on")
    sides = [one.scores[rows] for one in (contest.incumbent, contest.candidate)]
    areas = [float(roc_auc_score(spam, scores)) for scores in sides]
    generator = np.random.default_rng(_SEED)
    losses = []
    for _ in range(_RESAMPLES):
        drawn = generator.integers(0, len(rows), len(rows))
        if 0 < spam[drawn].sum() < len(rows):
            one, other = (roc_auc_score(spam[drawn], scores[drawn]) for scores in sides)
            losses.append(one - other)
    low = float(np.quantile(losses, SIGNIFICANT))
    reason = f"ROC AUC {areas[1]:.4f}, the incumbent {areas[0]:.4f}"
    return Check("ranking", low <= MOST_RANKING_LOST, reason)


def _calibration(contest: Contest) -> Check:
    rows = ~contest.own
    before, after = (
        miscalibration(one.scores[rows], contest.is_spam[rows])
        for one in (contest.incumbent, contest.candidate)
    )
    reason = f"scores are off by {after:.1%} on average, the incumbent's by {before:.1%}"
    return Check("calibration", after - before <= MOST_MISCALIBRATION, reason)


def miscalibration(scores: Scores, is_spam: Rows) -> float:
    """Return the mean distance of score and share of spam over ten bins, by their rows."""
    if not len(scores):
        return 0.0
    index = np.minimum((scores * 10).astype(np.int64), 9)
    gaps = np.bincount(index, scores - is_spam, minlength=10)
    return float(np.abs(gaps).sum() / len(scores))


def _better(contest: Contest) -> Check:
    """Ask for what a retrain is for: the owner's newest comments told apart better than before."""
    own = contest.own
    if not own.any():
        return Check("better", False, "no label was withheld to compare on")
    before, after = (
        log_loss(one.scores[own], contest.is_spam[own])
        for one in (contest.incumbent, contest.candidate)
    )
    reason = (
        f"log loss {after:.4f} on {int(own.sum()):,} withheld labels, the incumbent {before:.4f}"
    )
    return Check("better", after < before, reason)


def log_loss(scores: Scores, is_spam: Rows) -> float:
    """Return the mean log loss of probabilities, spam and ham counting the same where both are there."""
    clipped = np.clip(scores, _EDGE, 1 - _EDGE)
    losses = -np.log(np.where(is_spam, clipped, 1 - clipped))
    return float(np.mean([losses[rows].mean() for rows in (is_spam, ~is_spam) if rows.any()]))
