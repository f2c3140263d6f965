"""Which kind of client calls, and what makes that kind hold a comment."""

from enum import StrEnum


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


def is_wordpress(user_agent: str) -> bool:
    """Tell whether WordPress's plugin calls."""
    return user_agent.strip().lower().startswith("wordpress/")


def hold_for(user_agent: str, wanted: HoldAs) -> HoldAs:
    """Return how to tell this client to hold; never `AUTO`."""
    if wanted is not HoldAs.AUTO:
        return wanted
    # Discourse and Coral queue what is spam; of clients that we don't know most keep a spam
    # folder, and none publishes.
    return HoldAs.PENDING if is_wordpress(user_agent) else HoldAs.SPAM
