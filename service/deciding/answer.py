"""What the blog is answered."""

from dataclasses import dataclass

from service.deciding.decision import DecidedComment


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored decision, and whether it was there before this request."""

    decided: DecidedComment
    replayed: bool
