"""Promotions: which bundle took over when, by whom and why; the newest names the incumbent."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.loop.live_shares import LiveShares


class PromotionKind(StrEnum):
    """How a bundle came to be the incumbent."""

    START = "start"
    """It was in use before anything was promoted."""
    ACTIVATE = "activate"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Promotion:
    """One switch from a bundle to another; numbers rise by one and are never used twice."""

    number: int
    version: str
    kind: PromotionKind
    who: str
    why: str
    promoted_at: int
    expected: LiveShares | None = None
    """What the replay foretold; without it the first hour is not watched."""


@dataclass(frozen=True, slots=True)
class RegisteredBundle:
    """A bundle that this installation keeps; `origin` is shipped, retrain or added."""

    version: str
    parent: str | None
    created_at: str
    origin: str
    added_by: str
    added_at: int


def bundle_before(promotions: Sequence[Promotion]) -> str | None:
    """Return the version that a rollback leads to; None when there is none.

    A rollback takes the newest switch that is not taken back yet, so two in a row go back twice.
    """
    taken: list[str] = []
    for one in promotions:
        if one.kind is PromotionKind.ROLLBACK:
            taken.pop()
        elif not taken or taken[-1] != one.version:
            taken.append(one.version)
    return taken[-2] if len(taken) > 1 else None
