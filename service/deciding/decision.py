"""The nouns of a decision: what was decided, by which signals, for which reasons."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.evidence import Evidence


class Decision(StrEnum):
    """What the blog should do with a comment, mildest first."""

    APPROVE = "approve"
    HOLD = "hold"
    REJECT = "reject"


class Effect(StrEnum):
    """What a signal does to the decision that the score alone would give."""

    EXEMPT = "exempt"
    """Approve, whatever else is known: the site vouches for the author."""
    APPROVE = "approve"
    """Take the score's decision for approve; the effects below still apply."""
    HOLD = "hold"
    """At least hold."""
    HOLD_ONLY = "hold_only"
    """Hold, neither milder nor stricter."""
    REJECT = "reject"
    """Reject, whatever the score says."""
    STRICTER = "stricter"
    """One step up: approve becomes hold, hold becomes reject."""
    NO_REJECT = "no_reject"
    """A reject by score becomes a hold."""
    NONE = "none"
    """Recorded and shown, changes nothing."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One named piece of evidence from rules or from our own records."""

    name: str
    detail: str
    """A sentence for the person who reads it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision is what it is: a code for programs, a sentence for people."""

    code: str
    sentence: str
    effect: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the policy makes of a score and its signals."""

    decision: Decision
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DecidedComment:
    """A comment as received together with everything that decided it."""

    id: str
    site_id: str
    external_id: str | None
    received_at: int
    """Microseconds since 1970, UTC, by our clock."""
    document: bytes
    """What the site sent, as canonical JSON."""
    test: bool
    decision: Decision
    score: float | None
    reasons: tuple[Reason, ...]
    evidence: tuple[Evidence, ...]
    signals: tuple[Signal, ...]
    bundle: str
    policy_version: int
    revision: int = 1
    """Counts up when the comment is edited or checked again."""


# Written out by hand: dataclasses.asdict copies deeply, which cost more than scoring the comment.


def reason_fields(reason: Reason) -> dict[str, Any]:
    """Return a reason as plain JSON values."""
    return {"code": reason.code, "sentence": reason.sentence, "effect": reason.effect}


def evidence_fields(evidence: Evidence) -> dict[str, Any]:
    """Return a piece of evidence as plain JSON values."""
    return {
        "field": evidence.field,
        "start": evidence.start,
        "end": evidence.end,
        "weight": evidence.weight,
    }


def signal_fields(signal: Signal) -> dict[str, Any]:
    """Return a signal as plain JSON values."""
    return {"name": signal.name, "detail": signal.detail}
