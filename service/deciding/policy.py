"""Thresholds and rules that turn a score and signals into a decision; pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from models.thresholds import Thresholds
from service.deciding.decision import Decision, Effect, Reason, Ruling, Signal

# What each signal does unless the site says otherwise. A typed e-mail can be forged, so a known
# author alone never approves; browsers fill hidden fields for real readers, so a honeypot alone
# never rejects.
DEFAULT_EFFECTS: Final[Mapping[str, Effect]] = MappingProxyType(
    {
        "trusted_role": Effect.EXEMPT,
        "vouched_author": Effect.APPROVE,
        "known_author": Effect.NO_REJECT,
        "allowed_word": Effect.APPROVE,
        "allowed_host": Effect.APPROVE,
        "allowed_email": Effect.APPROVE,
        "allowed_network": Effect.APPROVE,
        "blocked_word": Effect.REJECT,
        "blocked_host": Effect.REJECT,
        "blocked_email": Effect.REJECT,
        "blocked_network": Effect.REJECT,
        "too_many_links": Effect.HOLD,
        "honeypot_filled": Effect.STRICTER,
        "form_too_fast": Effect.STRICTER,
        "disposable_email": Effect.STRICTER,
        "same_text_spam": Effect.REJECT,
        "near_text_spam": Effect.STRICTER,
        "same_text_repeated": Effect.HOLD,
        "near_text_repeated": Effect.STRICTER,
        "same_text_ham": Effect.APPROVE,
        "near_text_ham": Effect.NO_REJECT,
        "too_long": Effect.HOLD_ONLY,
        "unfamiliar_language": Effect.NO_REJECT,
        "own_labels_ham": Effect.NO_REJECT,
        "own_labels_spam": Effect.HOLD,
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """One site's thresholds and rules, in one version."""

    version: int = 0
    max_ham_rejected: float = 0.002
    max_spam_approved: float = 0.02
    max_links: int = 5
    min_form_seconds: float = 2.0
    max_same_text: int = 3
    share_labels: bool = False
    allowed_words: tuple[str, ...] = ()
    blocked_words: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    blocked_hosts: tuple[str, ...] = ()
    allowed_emails: tuple[str, ...] = ()
    blocked_emails: tuple[str, ...] = ()
    allowed_networks: tuple[str, ...] = ()
    blocked_networks: tuple[str, ...] = ()
    effects: Mapping[str, Effect] = field(default_factory=dict)

    def effect(self, signal: str) -> Effect:
        """Return what a signal does on this site."""
        return self.effects.get(signal, DEFAULT_EFFECTS[signal])


def decide(
    score: float | None, signals: Sequence[Signal], policy: Policy, thresholds: Thresholds
) -> Ruling:
    """Turn a score and its signals into a decision with its reasons, signals first.

    A higher score never gives a milder decision. Effects apply in one order, mildest first, so a
    signal that forces a decision is never overruled by a milder one; only `exempt` stands above
    all. Without a usable score and without a forced decision the comment is held.
    """
    by_score, score_reason = _from_score(score, thresholds)
    effects = [(signal, policy.effect(signal.name)) for signal in signals]
    reasons = tuple(
        Reason(signal.name, signal.detail, effect.value)
        for signal, effect in effects
        if effect is not Effect.NONE
    )
    decision = _apply({effect for _, effect in effects}, by_score, usable=_usable(score))
    return Ruling(decision, (*reasons, score_reason))


def _usable(score: float | None) -> bool:
    return score is not None and math.isfinite(score) and 0.0 <= score <= 1.0


def _from_score(score: float | None, thresholds: Thresholds) -> tuple[Decision, Reason]:
    if score is None or not _usable(score):
        return Decision.HOLD, Reason(
            "model_unavailable", "The classifier could not score this comment.", "hold"
        )
    if score >= thresholds.reject_from:
        return Decision.REJECT, Reason("score_spam", "It reads like spam.", "reject")
    if score < thresholds.approve_below:
        return Decision.APPROVE, Reason("score_ham", "It reads like a genuine comment.", "approve")
    return Decision.HOLD, Reason(
        "score_unsure", "The classifier is not sure enough to decide alone.", "hold"
    )


def _apply(effects: set[Effect], by_score: Decision, *, usable: bool) -> Decision:
    if Effect.EXEMPT in effects:
        return Decision.APPROVE
    if Effect.REJECT in effects:
        return Decision.REJECT
    if Effect.HOLD_ONLY in effects:
        return Decision.HOLD
    decision = Decision.APPROVE if Effect.APPROVE in effects else by_score
    if Effect.STRICTER in effects and usable:
        decision = Decision.HOLD if decision is Decision.APPROVE else Decision.REJECT
    if Effect.NO_REJECT in effects and decision is Decision.REJECT:
        return Decision.HOLD
    if Effect.HOLD in effects and decision is Decision.APPROVE:
        return Decision.HOLD
    return decision
