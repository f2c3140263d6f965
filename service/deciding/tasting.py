"""What a site's own labels change in its decisions; pure.

Until they certify the site's limits, they may only make a decision more careful: a reject or an
approve becomes a hold, a hold stays one. From then on the site is decided by its own scores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.scorer import Scorer
from models.taste import Taste, own_limits
from models.thresholds import Thresholds
from service.deciding.decision import Effect, Signal
from service.deciding.limits import thresholds_of
from service.deciding.policy import Policy


@dataclass(frozen=True, slots=True)
class Scores:
    """A comment's score, and its score to the taste of its site where that may only warn."""

    score: float
    warning: float | None = None


def own_thresholds(
    tastes: Mapping[str, Taste], policies: Mapping[str, Policy]
) -> dict[str, Thresholds]:
    """Return the thresholds of the sites whose own labels certify their own limits."""
    found = {
        site: own_limits(tastes[site], policy.max_ham_rejected, policy.max_spam_approved)
        for site, policy in policies.items()
        if site in tastes
    }
    return {site: thresholds for site, thresholds in found.items() if thresholds is not None}


def thresholds_in(scorer: Scorer, site: str, policy: Policy) -> Thresholds:
    """Return the thresholds that a site's comments are decided by."""
    own = own_thresholds(scorer.tastes, {site: policy})
    return own.get(site) or thresholds_of(scorer.bundle.manifest.thresholds, policy)


def chosen(score: float, own: float | None, *, certified: bool) -> Scores:
    """Return what a comment is decided on; `own` is None where its site has no taste."""
    if own is None:
        return Scores(score)
    return Scores(own) if certified else Scores(score, own)


def warnings(
    scores: Scores, thresholds: Thresholds, signals: Sequence[Signal], policy: Policy
) -> tuple[Signal, ...]:
    """Return the signal where the site's own labels speak against what the score would decide."""
    own = scores.warning
    if own is None:
        return ()
    if scores.score >= thresholds.reject_from and own < thresholds.reject_from:
        sentence = "What people labelled on this site speaks against rejecting it."
        return (Signal("own_labels_ham", sentence),)
    if scores.score < thresholds.approve_below and own >= thresholds.approve_below:
        # An author or a text that is approved whatever the score says needs no warning.
        if any(policy.effect(one.name) is Effect.APPROVE for one in signals):
            return ()
        sentence = "What people labelled on this site speaks against approving it."
        return (Signal("own_labels_spam", sentence),)
    return ()


BUNDLES_OWN = frozenset({"own_labels_ham", "own_labels_spam", "unfamiliar_language"})
"""Signals that hang on the bundle: another bundle raises its own."""
