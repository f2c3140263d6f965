"""What a call is answered: bodies that clients compare to the byte, and headers that they read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from service.akismet.client import HoldAs
from service.deciding.decision import Decision
from service.deciding.reply import Reply

THANKS: Final = "Thanks for making the web a better place."
GUID: Final = "X-akismet-guid"
HELP: Final = "X-akismet-debug-help"
# A header line has no room for more, and the reviewer sees all of them.
SHOWN_REASONS: Final = 8
# The blog keeps no copy of what it discards, so nothing but the certain: far above any threshold.
DISCARD_FROM: Final = 0.999


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """The body and the headers of an answer."""

    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


def invalid(guid: str, why: str) -> CheckAnswer:
    """Return the answer to a call that can't be judged; the reason goes into the client's log."""
    return CheckAnswer("invalid", {GUID: guid, HELP: why})


def check_answer(reply: Reply, hold: HoldAs, review: str, *, may_discard: bool) -> CheckAnswer:
    """Return the answer to a comment-check; `review` is where a person sees the comment.

    Nothing but the guid and our own headers on a plain answer: clients take other headers for
    faults.
    """
    headers = {
        GUID: reply.id,
        "X-Winnow-Decision": reply.decision.value,
        "X-Winnow-Reason": ", ".join(reply.codes[:SHOWN_REASONS]),
        "X-Winnow-Review": review,
    }
    if reply.decision is Decision.APPROVE:
        return CheckAnswer("false", headers)
    if reply.decision is Decision.REJECT:
        discard = may_discard and (reply.score or 0.0) >= DISCARD_FROM
        return CheckAnswer("true", headers | ({"X-akismet-pro-tip": "discard"} if discard else {}))
    if hold is HoldAs.PENDING:
        return CheckAnswer("false", headers | {"X-akismet-error": "winnow-hold"})
    return CheckAnswer("true" if hold is HoldAs.SPAM else "false", headers)
