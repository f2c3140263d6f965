"""What people's labels of nearly the same text come to, when they do not all agree; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.comment import Label

# Where a site has several reviewers, one alone can't turn what was said of a campaign: a single
# stolen or careless account must not open the door for it.
PEOPLE_TO_TURN: Final = 2


@dataclass(frozen=True, slots=True)
class Said:
    """One label of one comment; without a label, that the comment's labels are taken back."""

    comment_id: str
    label: Label | None
    who: str


def campaign_label(said: Sequence[Said], *, several_reviewers: bool) -> Label | None:
    """Return the label in force over a campaign, given all that was said of it, oldest first.

    The first label stands until enough different people have said the other since.
    """
    needed = PEOPLE_TO_TURN if several_reviewers else 1
    standing: Label | None = None
    against: set[str] = set()
    for one in _kept(said):
        if standing is None or one.label is standing:
            standing = one.label
            against.discard(one.who)
            continue
        against.add(one.who)
        if len(against) >= needed:
            standing, against = one.label, set()
    return standing


def _kept(said: Sequence[Said]) -> list[Said]:
    """Leave out what was taken back: every label of a comment before its last retraction."""
    retracted = {one.comment_id: place for place, one in enumerate(said) if one.label is None}
    return [one for place, one in enumerate(said) if place > retracted.get(one.comment_id, -1)]
