"""What people said of one comment, from wherever they said it, in one list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.comment import Label
from service.deciding.decision import Decision
from service.reviewing.review import SAID, Review
from service.store.labels import NewLabel

_CALLED: Final = {
    Label.SPAM: "called it spam",
    Label.HAM: "called it genuine",
    None: "took the label back",
}
# Through what it was said, in words for people.
_THROUGH: Final = {
    "desk": "desk",
    "api": "API",
    "akismet": "the blog, by Akismet's protocol",
    "forget": "to be forgotten",
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that a person said; `standing` is how the comment stood then, where it is known."""

    at: int
    who: str
    said: str
    through: str
    standing: Decision | None


def history_lines(reviews: Sequence[Review], labels: Sequence[NewLabel]) -> list[HistoryLine]:
    """Return reviews and labels oldest first; the label that a review led to is not told twice."""
    told = {(one.who, one.reviewed_at) for one in reviews}
    lines = [
        HistoryLine(one.reviewed_at, one.who, SAID[one.outcome], _through(one.source), one.standing)
        for one in reviews
    ]
    lines += [
        HistoryLine(one.labelled_at, one.who, _CALLED[one.label], _through(one.source), None)
        for one in labels
        if (one.who, one.labelled_at) not in told
    ]
    return sorted(lines, key=lambda line: line.at)


def _through(source: str) -> str:
    return _THROUGH.get(source, source)
