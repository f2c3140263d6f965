"""What a person asks of the queue, and what comes back."""

from dataclasses import dataclass
from enum import StrEnum

from service.deciding.queueing import QueueKind
from service.deciding.ties import TieKind
from service.edge.cursor import Cursor
from service.store.comments import StoredComment


class QueueOrder(StrEnum):
    """In which order the queue is shown."""

    USEFUL = "useful"
    """The label that teaches most first."""
    OLDEST = "oldest"
    NEWEST = "newest"
    LARGEST = "largest"
    """The campaign with most comments first."""


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """Which waiting comments, in which order; what is None is not asked about.

    Times are in microseconds since 1970.
    """

    order: QueueOrder = QueueOrder.USEFUL
    kind: QueueKind | None = None
    reason: str | None = None
    min_score: float | None = None
    max_score: float | None = None
    language: str | None = None
    received_after: int | None = None
    received_before: int | None = None
    text: str | None = None
    alike: bool = False
    """Only campaigns of two and more."""


@dataclass(frozen=True, slots=True)
class CampaignPlace:
    """A campaign's place in the queue; `value` is what the asked order sorts by."""

    id: str
    lead_id: str
    waiting: int
    oldest_at: int
    newest_at: int
    value: float


@dataclass(frozen=True, slots=True)
class Places:
    """One page of campaigns, and the place after which the next page begins."""

    found: tuple[CampaignPlace, ...]
    after: Cursor | None
    cut: int = 0
    """After how many comments a search for text ended before the queue did."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment that waits, and the campaign whose place it has."""

    stored: StoredComment
    kind: QueueKind
    campaign_id: str
    alike: int
    """How many wait in the campaign, this one included."""
    tie: TieKind | None = None
    """What ties it to the comments of its campaign that came before."""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How much waits on a site."""

    comments: int
    campaigns: int
