"""The nouns of a review: what a person answered, what it changed, what stands in its way."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from models.comment import Label
from service.deciding.decision import Decision


class Outcome(StrEnum):
    """What a person says about a comment."""

    APPROVE = "approve"
    REJECT_SPAM = "reject_spam"
    REJECT_OTHER = "reject_other"
    """Abuse, off-topic, personal: taken off the page, but not spam, so no label."""


STANDING: Final = {
    Outcome.APPROVE: Decision.APPROVE,
    Outcome.REJECT_SPAM: Decision.REJECT,
    Outcome.REJECT_OTHER: Decision.REJECT,
}
LABEL: Final = {
    Outcome.APPROVE: Label.HAM,
    Outcome.REJECT_SPAM: Label.SPAM,
    Outcome.REJECT_OTHER: None,
}
SAID: Final = {
    Outcome.APPROVE: "approved it",
    Outcome.REJECT_SPAM: "rejected it as spam",
    Outcome.REJECT_OTHER: "rejected it for another reason than spam",
    None: "took the last answer back",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer to one comment, with the state in which the person saw it."""

    comment_id: str
    outcome: Outcome
    state: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a comment stands: `state` counts the changes up to now."""

    standing: Decision
    label: Label | None
    state: int


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed how a comment stands, and when (microseconds since 1970)."""

    who: str
    at: int


@dataclass(frozen=True, slots=True)
class Review:
    """A stored answer, or with `retracts` the taking back of one."""

    id: str
    site_id: str
    comment_id: str
    outcome: Outcome | None
    retracts: str | None
    who: str
    source: str
    reviewed_at: int
    state: int
    """The state that this answer led to."""
    standing: Decision
    standing_before: Decision
    label_before: Label | None
    was_waiting: bool


@dataclass(frozen=True, slots=True)
class Stale:
    """Someone was faster: how the comment stands now, and who made it so."""

    comment_id: str
    now: Standing
    by: Change | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no such comment, or no such review, on this site."""

    id: str
