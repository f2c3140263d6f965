"""Which kind of client calls, and what makes that kind hold a comment."""

from enum import StrEnum
from typing import Final


class HoldAs(StrEnum):
    """How a client that knows only yes and no is told to hold."""

    AUTO = "auto"
    """As is right for the kind of client."""
    PENDING = "pending"
    """`false` with an error header: WordPress holds it for moderation and asks no more."""
    SPAM = "spam"
    """`true` without discard: the client's spam folder or review queue has it."""
    HAM = "ham"
    """`false`: it is published, and our reviewers see it afterwards."""


# By what the User-Agent begins with. Discourse and Coral queue what is spam; of clients that we
# don't know most keep a spam folder, and none publishes.
_KINDS: Final = (("wordpress/", HoldAs.PENDING),)


def hold_for(user_agent: str, wanted: HoldAs) -> HoldAs:
    """Return how to tell this client to hold; never `AUTO`."""
    if wanted is not HoldAs.AUTO:
        return wanted
    known = user_agent.strip().lower()
    return next((hold for start, hold in _KINDS if known.startswith(start)), HoldAs.SPAM)
