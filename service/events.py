"""What others are told of, by signed webhooks or the callback of an Akismet plugin."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.comment import Label
from service.clock import iso
from service.deciding.decision import Decision
from service.loop.promotion import PromotionKind


class Event(StrEnum):
    """What a receiver can ask to be told of."""

    COMMENT_REVIEWED = "comment.reviewed"
    """A person answered, whether or not that changed how the comment stands."""
    DECISION_CHANGED = "comment.decision_changed"
    """The comment stands otherwise than before."""
    BUNDLE_PROMOTED = "bundle.promoted"
    """Another classifier took over, or one from before came back."""


# Not to be subscribed to: how the Akismet plugin is told of a review.
AKISMET_WEBHOOK = "akismet.webhook"


@dataclass(frozen=True, slots=True)
class CommentReviewed:
    """A person's answer, and how the comment stood before it."""

    site_id: str
    comment_id: str
    external_id: str | None
    decision: Decision
    previous: Decision
    label: Label | None
    cursor: str
    """Where the feed of changes has it."""
    at: int

    def events(self) -> tuple[Event, ...]:
        """Return what a receiver sees of it."""
        changed = self.decision is not self.previous
        return (Event.COMMENT_REVIEWED, *((Event.DECISION_CHANGED,) if changed else ()))

    def data(self) -> dict[str, str | None]:
        """Return the data of the events."""
        return {
            "comment_id": self.comment_id,
            "external_id": self.external_id,
            "decision": self.decision.value,
            "previous_decision": self.previous.value,
            "label": self.label and self.label.value,
            "cursor": self.cursor,
        }

    def akismet(self) -> str | None:
        """Return the entry that the Akismet plugin wants; none for a comment that is held."""
        if self.decision is Decision.HOLD:
            return None
        result = "true" if self.decision is Decision.REJECT else "false"
        return json.dumps({"guid": self.comment_id, "result": result})


@dataclass(frozen=True, slots=True)
class BundlePromoted:
    """A switch from one bundle to another; who did it and why is the operator's own."""

    bundle: str
    previous: str
    kind: PromotionKind
    at: int

    def data(self) -> dict[str, str]:
        """Return the data of the event."""
        return {"bundle": self.bundle, "previous_bundle": self.previous, "kind": self.kind.value}


def event_body(event: Event, at: int, data: Mapping[str, object]) -> str:
    """Return the body that a receiver gets, as Standard Webhooks recommends it."""
    return json.dumps({"type": event.value, "timestamp": iso(at), "data": dict(data)})
