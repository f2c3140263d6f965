"""Stored comments decided anew by another bundle: the score differs, everything else is as it was."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from models.comment import Comment, Label
from models.scorer import Scorer
from models.thresholds import Thresholds
from service.deciding.decision import Decision, Effect, Ruling, Signal
from service.deciding.familiarity import unfamiliar_language
from service.deciding.limits import thresholds_of
from service.deciding.policy import Policy, decide
from service.deciding.tasting import BUNDLES_OWN, chosen, own_thresholds, warnings
from service.schemas import kept_comment
from service.store.engine import Store
from service.store.past_decisions import PastDecision, past_decisions
from service.store.policies import policies_of

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Rescored:
    """One stored comment with the decision of each bundle that was asked."""

    id: str
    content: str
    label: Label | None
    audited: bool
    given: Decision
    scores: tuple[float, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits to try instead of each site's own; None leaves the site's."""

    max_ham_rejected: float | None = None
    max_spam_approved: float | None = None

    def instead_of(self, policy: Policy) -> Policy:
        """Return a site's policy with these limits."""
        ham, spam = self.max_ham_rejected, self.max_spam_approved
        return replace(
            policy,
            max_ham_rejected=policy.max_ham_rejected if ham is None else ham,
            max_spam_approved=policy.max_spam_approved if spam is None else spam,
        )


def rescored(  # noqa: PLR0913, PLR0917 - what is asked of the store, and of whom
    store: Store,
    scorers: Sequence[Scorer],
    since: int,
    most: int,
    limits: Limits = Limits(),
    site_id: str | None = None,
) -> Iterator[Rescored]:
    """Decide the newest comments since a time anew, newest first, with signals and policy as stored.

    Signals depend on what was known then, so they are taken from the stored decision. Those of one
    site, or of all.
    """
    with store.snapshot() as connection:
        batch: list[PastDecision] = []
        policies: dict[str, Policy] = {}
        for past in past_decisions(connection, since, most, site_id):
            if past.site_id not in policies:
                policies |= policies_of(connection, [past.site_id])
            batch.append(past)
            if len(batch) == _BATCH:
                yield from _decided(batch, scorers, policies, limits)
                batch = []
        yield from _decided(batch, scorers, policies, limits)


def _decided(
    batch: Sequence[PastDecision],
    scorers: Sequence[Scorer],
    policies: Mapping[str, Policy],
    limits: Limits,
) -> Iterator[Rescored]:
    tried = {site: limits.instead_of(policy) for site, policy in policies.items()}
    asked = [past_of(past) for past in batch]
    columns = [decide_anew(asked, scorer, tried) for scorer in scorers]
    for row, past in enumerate(batch):
        found = [column[row] for column in columns]
        yield Rescored(
            past.id,
            asked[row].comment.content,
            past.label,
            past.audited,
            past.decision,
            tuple(one.score for one in found),
            tuple(one.ruling.decision for one in found),
        )


@dataclass(frozen=True, slots=True)
class Past:
    """A stored comment of a site, with the signals of its day."""

    site_id: str
    comment: Comment
    signals: tuple[Signal, ...]


def past_of(past: PastDecision) -> Past:
    """Read a stored comment and its signals."""
    signals = tuple(Signal(**fields) for fields in json.loads(past.signals))
    return Past(past.site_id, kept_comment(past.document), signals)


@dataclass(frozen=True, slots=True)
class Anew:
    """What a bundle makes of a stored comment; `own` where it is by its site's own weights."""

    score: float
    thresholds: Thresholds
    ruling: Ruling
    own: bool


def decide_anew(
    asked: Sequence[Past], scorer: Scorer, policies: Mapping[str, Policy]
) -> list[Anew]:
    """Decide stored comments by a scorer and policies of now, with the signals of their day.

    Signals that hang on the bundle are raised anew.
    """
    certified = own_thresholds(scorer.tastes, policies)
    judged, tasted = scorer.judge_at([one.comment for one in asked], [one.site_id for one in asked])
    found = []
    for row, past in enumerate(asked):
        policy, own = policies[past.site_id], past.site_id in certified
        table = scorer.bundle.manifest.thresholds
        thresholds = certified[past.site_id] if own else thresholds_of(table, policy)
        to_taste = float(tasted[past.site_id].scores[row]) if past.site_id in tasted else None
        scores = chosen(float(judged.scores[row]), to_taste, certified=own)
        known = [one for one in past.signals if one.name not in BUNDLES_OWN and _known(one, policy)]
        known += warnings(scores, thresholds, known, policy)
        if scores.score >= thresholds.reject_from:
            known += unfamiliar_language(past.comment.content, scorer.bundle.manifest)
        ruling = decide(scores.score, known, policy, thresholds)
        found.append(Anew(scores.score, thresholds, ruling, own))
    return found


def _known(signal: Signal, policy: Policy) -> bool:
    """Tell whether a signal still exists; one of an older Winnow changes nothing."""
    try:
        return policy.effect(signal.name) is not Effect.NONE
    except KeyError:
        return False
