"""One comment with its whole record, and the list of all."""

import json
import math
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from service.deciding.decision import DecidedComment, Decision
from service.edge.cursor import Cursor, Page
from service.edge.requests import HouseDep
from service.errors import Invalid, NotFound
from service.house import House
from service.loop.rescoring import Past, decide_anew
from service.reviewing.comment_query import CommentQuery
from service.reviewing.review_schemas import CommentsIn
from service.schemas import kept_comment
from service.store.comment_pages import comment_page, traces_kept
from service.store.comments import StoredComment, comment_of
from service.store.labels import labels_of
from service.store.policies import policies_of
from service.store.queue_pages import waiting_entry
from service.store.reviews import history_of
from service.store.revisions import former_revisions
from service.ui.cards import card_of_stored, score_bar
from service.ui.desk_route import DeskRoute, session_of
from service.ui.frame import frame, thresholds_in_force
from service.ui.history import history_lines
from service.ui.rendering import page
from service.ui.shown_text import Piece, shown

router = APIRouter(prefix="/review/comments", route_class=DeskRoute, include_in_schema=False)

OTHERS: Final = 8
ON_A_PAGE: Final = 50


@router.get("")
def list_comments(request: Request, house: HouseDep) -> Response:
    """List all comments of the site, newest first."""
    session = session_of(request)
    asked = dict(request.query_params)
    given = {name: value.strip() for name, value in asked.items() if value.strip()}
    try:
        wanted = CommentsIn.model_validate({"limit": ON_A_PAGE, **given})
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        raise Invalid(f"{first['loc'][0]}: {first['msg']}") from None
    with house.store.reading() as connection:
        found = comment_page(
            connection,
            session.site_id,
            wanted.query(),
            Page(wanted.limit, Cursor.read(wanted.cursor)),
        )
    return page(
        "comments.html",
        lines=[_line(one) for one in found.found],
        more=found.after,
        cut=found.cut,
        asked=asked,
        decisions=list(Decision),
        **frame(request, house, "comments"),
    )


@router.get("/{comment_id}")
def one_comment(comment_id: str, request: Request, house: HouseDep) -> Response:
    """Show what was sent, what decided it, what became of it, and what would be decided today."""
    site_id = session_of(request).site_id
    with house.store.reading() as connection:
        stored = comment_of(connection, site_id, comment_id)
        if stored is None:
            raise NotFound("there is no such comment on this site")
        waits = waiting_entry(connection, site_id, comment_id)
        reviews = history_of(connection, comment_id)
        labels = labels_of(connection, comment_id)
        former = former_revisions(connection, comment_id)
        author_key, campaign_id = traces_kept(connection, comment_id)
        by_author = _others(connection, site_id, comment_id, CommentQuery(author_key=author_key))
        by_text = _others(connection, site_id, comment_id, CommentQuery(campaign_id=campaign_id))
    thresholds = thresholds_in_force(house, site_id)
    return page(
        "comment.html",
        card=card_of_stored(stored, thresholds),
        stored=stored,
        waits=waits,
        fields=_sent(json.loads(stored.decided.document)),
        history=history_lines(reviews, labels),
        revisions=former,
        by_author=[_line(one) for one in by_author],
        by_text=[_line(one) for one in by_text],
        today=_today(house, site_id, stored.decided),
        **frame(request, house, "comments"),
    )


def _others(
    connection: Any, site_id: str, comment_id: str, wanted: CommentQuery
) -> list[StoredComment]:
    if wanted == CommentQuery():
        return []
    found = comment_page(connection, site_id, wanted, Page(OTHERS + 1))
    return [one for one in found.found if one.decided.id != comment_id][:OTHERS]


def _today(house: House, site_id: str, decided: DecidedComment) -> dict[str, Any]:
    """Return what today's bundle and policy would decide, with the signals of that day."""
    comment, scorer = kept_comment(decided.document), house.scorer
    with house.store.reading() as connection:
        policy = policies_of(connection, [site_id])[site_id]
    past = Past(site_id, comment, decided.signals)
    (anew,) = decide_anew([past], scorer, {site_id: policy})
    judged, own = scorer.judge_at([comment], [site_id])
    (explanation,) = (own[site_id] if anew.own else judged).explain([0])
    return {
        "bundle": scorer.bundle.version,
        "policy": policy.version,
        "decision": anew.ruling.decision,
        "same": anew.ruling.decision is decided.decision,
        "bar": score_bar(anew.score if math.isfinite(anew.score) else None, anew.thresholds),
        "findings": [one.sentence for one in explanation.findings],
        "text_is_gone": not comment.content,
    }


def _line(stored: StoredComment) -> dict[str, Any]:
    """Return a comment as one line of a list."""
    decided = stored.decided
    sent = json.loads(decided.document)
    return {
        "id": decided.id,
        "received_at": decided.received_at,
        "name": shown(sent.get("author", {}).get("name") or "Nobody", (), 40),
        "content": shown(" ".join(str(sent.get("content", ""))[:300].split()), (), 140),
        "standing": stored.standing,
        "label": stored.label,
        "decision": decided.decision,
        "score": "n/a" if decided.score is None else f"{decided.score:.2f}",
    }


def _sent(document: dict[str, Any], before: str = "") -> list[tuple[str, list[Piece]]]:
    """Return every field that was sent, but the content, by its dotted name."""
    found: list[tuple[str, list[Piece]]] = []
    for name, value in document.items():
        path = f"{before}{name}"
        if isinstance(value, dict):
            found += _sent(value, f"{path}.")
        elif path != "content":
            found.append((path, shown(str(value))))
    return found
