"""What is asked of all comments of a site, newest first."""

from dataclasses import dataclass

from models.comment import Label
from service.deciding.decision import Decision


@dataclass(frozen=True, slots=True)
class CommentQuery:
    """Which comments; what is None is not asked about. Times in microseconds since 1970."""

    standing: Decision | None = None
    decision: Decision | None = None
    label: Label | None = None
    received_after: int | None = None
    received_before: int | None = None
    text: str | None = None
    author_key: int | None = None
    campaign_id: str | None = None
