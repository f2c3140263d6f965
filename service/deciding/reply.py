"""A decision as the blog is told of it, ready to be sent."""

from dataclasses import dataclass

from pydantic_core import to_json

from service.answers import decision_fields
from service.deciding.answer import Answer
from service.deciding.decision import Decision
from service.errors import Problem


@dataclass(frozen=True, slots=True)
class Reply:
    """What any of our protocols says of a stored decision.

    Little else goes from the process that decides to the one that listens: there the parts of a
    decision would only be put together to be written as JSON.
    """

    id: str
    decision: Decision
    score: float | None
    codes: tuple[str, ...]
    """Of the reasons, the deciding one first."""
    body: bytes
    """The decision as our API gives it, JSON."""
    replayed: bool
    """Whether it was stored before this request."""


def replied(outcome: Answer | Problem) -> Reply | Problem:
    """Return the reply to a stored decision; a problem stays what it is."""
    if isinstance(outcome, Problem):
        return outcome
    decided = outcome.decided
    return Reply(
        decided.id,
        decided.decision,
        decided.score,
        tuple([reason.code for reason in decided.reasons]),
        to_json(decision_fields(decided)),
        outcome.replayed,
    )
