"""Stored comments decided anew by another bundle: the score differs, everything else is as it was."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.comment import Comment, Label
from models.scorer import Scorer
from models.thresholds import LimitNotCertified, Thresholds
from service.decision import Decision, Effect, Signal
from service.familiarity import unfamiliar_language
from service.policy import Policy, decide
from service.schemas import CommentIn
from service.store.engine import Store
from service.store.past_decisions import PastDecision, past_decisions
from service.store.policies import policies_of

NEVER_ALONE = Thresholds(approve_below=0.0, reject_from=float("inf"))
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


def rescored(
    store: Store, scorers: Sequence[Scorer], since: int, most: int, limits: Limits = Limits()
) -> Iterator[Rescored]:
    """Decide the newest comments since a time anew, newest first, with signals and policy as stored.

    Signals depend on what was known then, so they are taken from the stored decision.
    """
    with store.snapshot() as connection:
        batch: list[PastDecision] = []
        policies: dict[str, Policy] = {}
        for past in past_decisions(connection, since, most):
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
    policies: dict[str, Policy],
    limits: Limits,
) -> Iterator[Rescored]:
    comments = [_comment(past.document) for past in batch]
    scores = [scorer.score(comments).tolist() for scorer in scorers] if batch else []
    for row, past in enumerate(batch):
        decisions = tuple(
            _decision(past, comments[row], column[row], scorer, policies[past.site_id], limits)
            for scorer, column in zip(scorers, scores, strict=True)
        )
        yield Rescored(
            past.id,
            comments[row].content,
            past.label,
            past.audited,
            past.decision,
            tuple(column[row] for column in scores),
            decisions,
        )


def _decision(  # noqa: PLR0913, PLR0917 - everything that a decision hangs on
    past: PastDecision,
    comment: Comment,
    score: float,
    scorer: Scorer,
    policy: Policy,
    limits: Limits,
) -> Decision:
    thresholds = thresholds_of(scorer, policy, limits)
    signals = [Signal(**fields) for fields in json.loads(past.signals)]
    # Whether a language is familiar is the bundle's, not the comment's.
    known = [one for one in signals if _known(one, policy) and one.name != "unfamiliar_language"]
    if score >= thresholds.reject_from:
        known += unfamiliar_language(comment.content, scorer.bundle.manifest)
    return decide(score, known, policy, thresholds).decision


def thresholds_of(scorer: Scorer, policy: Policy, limits: Limits = Limits()) -> Thresholds:
    """Return the thresholds of a bundle for a site; where its limits are not certified, hold."""
    ham = limits.max_ham_rejected
    spam = limits.max_spam_approved
    try:
        return scorer.bundle.manifest.thresholds.at(
            policy.max_ham_rejected if ham is None else ham,
            policy.max_spam_approved if spam is None else spam,
        )
    except LimitNotCertified:
        return NEVER_ALONE


def _known(signal: Signal, policy: Policy) -> bool:
    """Tell whether a signal still exists; one of an older Winnow changes nothing."""
    try:
        return policy.effect(signal.name) is not Effect.NONE
    except KeyError:
        return False


def _comment(document: str) -> Comment:
    return CommentIn.model_validate_json(document).comment()
