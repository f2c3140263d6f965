"""Which decided comments a person should look at: all that are held, and a sample of the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from models.thresholds import Thresholds
from service.deciding.decision import DecidedComment, Decision
from service.deciding.ties import Tie, TieKind, ties_of
from service.deciding.usefulness import base
from service.store.comments import NewComment


class QueueKind(StrEnum):
    """Why a comment is in the queue."""

    HELD = "held"
    AUDIT = "audit"
    """Decided automatically and drawn by chance, so that error rates are measured."""


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A comment as the queue orders and filters it."""

    comment_id: str
    site_id: str
    campaign_id: str
    kind: QueueKind
    received_at: int
    base: float
    score: float | None
    codes: tuple[str, ...]
    ties: tuple[Tie, ...] = ()
    """What may tie it to a campaign that waits."""
    tie: TieKind | None = None
    """What did."""


def entries_of(
    new: Sequence[NewComment], thresholds: Mapping[str, Thresholds], audit_share: float
) -> list[QueueEntry]:
    """Return the queue's part of new comments, given the thresholds in force on each site.

    Test comments never wait: nothing is learnt from them.
    """
    found = []
    for one in new:
        kind = kind_of(one.decided, audit_share)
        if kind is not None:
            found.append(_entry(one, kind, thresholds[one.decided.site_id]))
    return found


def kind_of(decided: DecidedComment, audit_share: float) -> QueueKind | None:
    """Tell whether and why a comment waits; the draw is by its id, so every replica draws alike."""
    if decided.test:
        return None
    if decided.decision is Decision.HOLD:
        return QueueKind.HELD
    draw = int.from_bytes(blake2b(decided.id.encode(), digest_size=8).digest()) / 2**64
    return QueueKind.AUDIT if draw < audit_share else None


def _entry(new: NewComment, kind: QueueKind, thresholds: Thresholds) -> QueueEntry:
    decided = new.decided
    return QueueEntry(
        comment_id=decided.id,
        site_id=decided.site_id,
        campaign_id=new.campaign_id or decided.id,
        kind=kind,
        received_at=decided.received_at,
        base=base(decided.score, thresholds, decided.received_at),
        score=decided.score,
        codes=tuple(dict.fromkeys(reason.code for reason in decided.reasons)),
        # The audit sample measures: each of it is answered for itself.
        ties=_ties(new) if kind is QueueKind.HELD else (),
    )


def _ties(new: NewComment) -> tuple[Tie, ...]:
    campaign_id = new.campaign_id or new.decided.id
    return ties_of(new.decided.site_id, new.comment, campaign_id, new.traces.author_key)
