"""What the queue, the list of comments and the reviews take and give."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field

from models.comment import Label
from service.deciding.decision import Decision
from service.deciding.queueing import QueueKind
from service.deciding.ties import TieKind
from service.edge.text_fields import Text
from service.reviewing.comment_query import CommentQuery
from service.reviewing.queue_query import QueueOrder, QueueQuery
from service.reviewing.review import Outcome
from service.schemas import CommentOut, ProblemOut, Strict

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _microseconds(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - EPOCH) // timedelta(microseconds=1)


Limit = Annotated[int, Field(ge=1, le=100)]
Search = Annotated[Text, Field(min_length=1, max_length=200)]
CursorText = Annotated[Text, Field(max_length=200)]
Moment = Annotated[datetime, AfterValidator(_aware)]


class CommentsIn(Strict):
    """Which comments of the site; what is left out is not asked about."""

    standing: Decision | None = None
    decision: Decision | None = None
    label: Label | None = None
    received_after: Moment | None = None
    received_before: Moment | None = None
    text: Annotated[Search | None, Field(description="Found in any field, whatever its case.")] = (
        None
    )
    cursor: CursorText | None = None
    limit: Limit = 50

    def query(self) -> CommentQuery:
        """Return the noun that the rest of the house works with."""
        return CommentQuery(
            self.standing,
            self.decision,
            self.label,
            _microseconds(self.received_after),
            _microseconds(self.received_before),
            self.text,
        )


class QueueIn(Strict):
    """Which waiting comments, in which order."""

    order: QueueOrder = QueueOrder.USEFUL
    kind: QueueKind | None = None
    reason: Annotated[Text, Field(pattern="^[a-z_]{1,40}$")] | None = None
    min_score: Annotated[float, Field(ge=0, le=1)] | None = None
    max_score: Annotated[float, Field(ge=0, le=1)] | None = None
    language: Annotated[Text, Field(pattern="^[a-z]{2,3}$")] | None = None
    received_after: Moment | None = None
    received_before: Moment | None = None
    text: Search | None = None
    campaign: Annotated[
        Annotated[Text, Field(max_length=40)] | None,
        Field(description="List every waiting comment of this campaign, oldest first."),
    ] = None
    cursor: CursorText | None = None
    limit: Limit = 50

    def query(self) -> QueueQuery:
        """Return the noun that the rest of the house works with."""
        return QueueQuery(
            order=self.order,
            kind=self.kind,
            reason=self.reason,
            min_score=self.min_score,
            max_score=self.max_score,
            language=self.language,
            received_after=_microseconds(self.received_after),
            received_before=_microseconds(self.received_before),
            text=self.text,
        )


class ReplayIn(Strict):
    """What to decide stored comments anew with; limits in percent, the site's own if left out."""

    bundle: Annotated[Text, Field(max_length=64)] | None = None
    max_ham_rejected: Annotated[float, Field(gt=0, lt=100)] | None = None
    max_spam_approved: Annotated[float, Field(gt=0, lt=100)] | None = None
    days: Annotated[int, Field(ge=1, le=365)] = 30


class CommentsOut(BaseModel):
    """A page of comments, newest first; `next` is the cursor of the page after it."""

    items: list[CommentOut]
    next: str | None


class WaitingOut(CommentOut):
    """A comment that waits for a person."""

    kind: QueueKind
    campaign: str
    alike: Annotated[
        int, Field(description="How many comments of its campaign wait, this one included.")
    ]
    tie: Annotated[
        TieKind | None,
        Field(description="What ties it to the comments of its campaign that came before."),
    ]


class QueueOut(BaseModel):
    """A page of the queue, and how many comments wait on this site in all."""

    items: list[WaitingOut]
    next: str | None
    waiting: int


class ReviewIn(Strict):
    """One answer, with the state in which the person saw the comment."""

    comment_id: Annotated[Text, Field(min_length=1, max_length=40)]
    outcome: Outcome
    state: Annotated[int, Field(ge=0, le=2**31 - 1)]


class ReviewsIn(Strict):
    """Up to 500 answers, each for itself."""

    reviews: Annotated[list[ReviewIn], Field(min_length=1, max_length=500)]


class ReviewOut(BaseModel):
    """A stored answer, or with `retracts` the taking back of one."""

    id: str
    comment_id: str
    outcome: Outcome | None
    retracts: str | None
    state: int
    standing: Decision
    label: Label | None
    who: str
    source: str
    reviewed_at: str


class CurrentOut(BaseModel):
    """How a comment stands now, and who changed it last."""

    comment_id: str
    state: int
    standing: Decision
    label: Label | None
    changed_by: str | None
    changed_at: str | None


class ReviewItemOut(BaseModel):
    """What became of one answer: the review, or the problem with it."""

    status: int
    review: ReviewOut | None
    problem: ProblemOut | None
    current: CurrentOut | None


class ReviewsOut(BaseModel):
    """The results, in the order of the answers."""

    items: list[ReviewItemOut]
