"""What another policy would have done to comments that came already; and what this one's lists did."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from models.comment import Label
from models.thresholds import Thresholds
from service.deciding.decision import Decision, Signal
from service.deciding.policy import Policy, decide


@dataclass(frozen=True, slots=True)
class PastComment:
    """What a decision needs of a comment that came before."""

    score: float | None
    signals: tuple[Signal, ...]
    decision: Decision
    label: Label | None
    document: str


@dataclass(slots=True)
class WhatIf:
    """Decisions as they were and as they would have been."""

    was: Counter[Decision] = field(default_factory=Counter)
    would: Counter[Decision] = field(default_factory=Counter)
    ham_rejected: tuple[int, int] = (0, 0)
    """Of what a person called genuine: rejected then, and now."""
    spam_approved: tuple[int, int] = (0, 0)

    @property
    def total(self) -> int:
        """How many comments were decided again."""
        return sum(self.was.values())


def what_if(past: Iterable[PastComment], policy: Policy, thresholds: Thresholds) -> WhatIf:
    """Decide comments again under another policy, with the scores and signals of their day.

    Lists are matched when a comment comes, so changed lists show only in new comments.
    """
    found = WhatIf()
    for one in past:
        decision = decide(one.score, one.signals, policy, thresholds).decision
        found.was[one.decision] += 1
        found.would[decision] += 1
        if one.label is Label.HAM:
            found.ham_rejected = _more(found.ham_rejected, one.decision, decision, Decision.REJECT)
        if one.label is Label.SPAM:
            found.spam_approved = _more(
                found.spam_approved, one.decision, decision, Decision.APPROVE
            )
    return found


def hits(past: Iterable[PastComment], policy: Policy) -> Mapping[str, Mapping[str, int]]:
    """Count for each list of the policy how many comments each of its entries matched."""
    found: dict[str, Counter[str]] = {}
    for one in past:
        for signal in one.signals:
            side, _, what = signal.name.partition("_")
            listed = getattr(policy, f"{signal.name}s", None)
            if side in ("allowed", "blocked") and listed is not None:
                for entry in listed:
                    if _matched(what, entry, signal, one.document):
                        found.setdefault(f"{signal.name}s", Counter())[entry] += 1
    return found


def _matched(what: str, entry: str, signal: Signal, document: str) -> bool:
    if what == "word":
        return f"“{entry}”" in signal.detail
    if what == "host":
        return f" {entry}," in signal.detail
    author = json.loads(document).get("author", {})
    if what == "email":
        email = str(author.get("email") or "").strip().casefold()
        return email == entry or f"@{email.rpartition('@')[2]}" == entry
    return bool(author.get("ip")) and ip_address(author["ip"]) in ip_network(entry)


def _more(
    counts: tuple[int, int], before: Decision, after: Decision, wrong: Decision
) -> tuple[int, int]:
    return counts[0] + (before is wrong), counts[1] + (after is wrong)
