"""A comment as the desk shows it: one card."""

import json
from dataclasses import dataclass
from typing import Any, Final

from models.thresholds import Thresholds
from service.deciding.decision import Decision
from service.deciding.queueing import QueueKind
from service.deciding.ties import TieKind
from service.reviewing.queue_query import Waiting
from service.store.comments import StoredComment
from service.ui.shown_text import SHORT, Piece, shown

# Width of a score bar in units of its drawing.
BAR: Final = 100.0
SHORT_LINE: Final = 120
_IN_COMMON: Final = {
    TieKind.TEXT: "same text",
    TieKind.AUTHOR: "same author",
    TieKind.HOST: "same link",
}


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """A score between the two thresholds, in units of the drawing."""

    written: str
    sentence: str
    place: float | None
    approve_to: float
    reject_from: float


@dataclass(frozen=True, slots=True)
class Card:
    """What a template needs of one comment."""

    id: str
    item: str
    """Id and the state seen: what an answer sends back."""
    campaign: str
    alike: int
    tie: str
    """What it has in common with the others of its campaign, in words."""
    audit: bool
    decision: Decision
    received_at: int
    name: list[Piece]
    url: list[Piece]
    email: list[Piece]
    ip: str
    content: list[Piece]
    more: int
    """Characters that are not shown."""
    post: list[Piece]
    post_url: list[Piece]
    bar: ScoreBar
    reasons: tuple[tuple[str, str], ...]
    label_for: str
    """What tells this comment's controls apart for those who hear them."""


def card_of(waiting: Waiting, thresholds: Thresholds, *, limit: int | None = SHORT) -> Card:
    """Return the card of a waiting comment."""
    decided = waiting.stored.decided
    return _card(
        waiting.stored,
        thresholds,
        limit,
        campaign=waiting.campaign_id,
        alike=waiting.alike,
        tie=_IN_COMMON[waiting.tie] if waiting.tie else "",
        audit=waiting.kind is QueueKind.AUDIT,
        decision=decided.decision,
    )


def card_of_stored(stored: StoredComment, thresholds: Thresholds) -> Card:
    """Return the card of any comment, with all of its text."""
    return _card(
        stored,
        thresholds,
        None,
        campaign="",
        alike=1,
        tie="",
        audit=False,
        decision=stored.decided.decision,
    )


def score_bar(score: float | None, thresholds: Thresholds) -> ScoreBar:
    """Return where a score lies between the thresholds in force."""
    approve, reject = thresholds.approve_below, min(thresholds.reject_from, 1.0)
    written = "no score" if score is None else f"{score:.2f}"
    edges = []
    if approve > 0:
        edges.append(f"approves below {approve:.2f}")
    if thresholds.reject_from <= 1:
        edges.append(f"rejects from {thresholds.reject_from:.2f}")
    sentence = f"Score {written}; {', '.join(edges) or 'no threshold is certified'}"
    place = None if score is None else round(score * BAR, 1)
    return ScoreBar(written, sentence, place, round(approve * BAR, 1), round(reject * BAR, 1))


def _card(stored: StoredComment, thresholds: Thresholds, limit: int | None, **more: Any) -> Card:
    decided = stored.decided
    sent = json.loads(decided.document)
    author, post = sent.get("author", {}), sent.get("post", {})
    content = str(sent.get("content", ""))
    in_content = [one for one in decided.evidence if one.field == "content"]
    in_name = [one for one in decided.evidence if one.field == "author.name"]
    line = None if limit is None else SHORT_LINE
    name = author.get("name") or ""
    return Card(
        id=decided.id,
        item=f"{decided.id}:{stored.state}",
        received_at=decided.received_at,
        name=shown(name or "Nobody", in_name if name else (), line),
        url=shown(author.get("url"), (), line),
        email=shown(author.get("email"), (), line),
        ip=author.get("ip") or "",
        content=shown(content, in_content, limit),
        more=max(len(content) - limit, 0) if limit else 0,
        post=shown(post.get("title") or post.get("url"), (), line),
        post_url=shown(post.get("url"), (), line),
        bar=score_bar(decided.score, thresholds),
        reasons=tuple((one.sentence, one.effect) for one in decided.reasons),
        label_for=f"the comment by {name[:60] or 'nobody'}",
        **more,
    )
