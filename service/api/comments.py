"""Comments in, decisions out."""

import asyncio
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from pydantic_core import from_json, to_json

from models.comment import Label
from service.answers import comment_fields
from service.api.problems import documented
from service.clock import iso, now
from service.deciding.arrival import arrive
from service.deciding.decision import Decision
from service.deciding.reply import Reply
from service.edge.auth import Scope
from service.edge.cursor import Cursor, Page
from service.edge.intake import decided, sent
from service.edge.requests import HouseDep, IdempotencyKey, KeyDep, KeyedRoute
from service.erasure import erase_comment
from service.errors import Conflict, NotFound, Problem
from service.house import House
from service.reviewing.review_schemas import CommentsIn, CommentsOut
from service.schemas import (
    BatchIn,
    BatchOut,
    CommentIn,
    CommentOut,
    DecisionOut,
    LabelIn,
    LabelOut,
    RevisionsOut,
)
from service.store.comment_pages import comment_page
from service.store.comments import StoredComment, comment_of
from service.store.labels import NewLabel, add_label
from service.store.revisions import former_revisions
from service.store.standings import set_standing

router = APIRouter(prefix="/v1/comments", tags=["comments"], route_class=KeyedRoute)

STANDING: Final = {Label.SPAM: Decision.REJECT, Label.HAM: Decision.APPROVE}


@router.post(
    "",
    status_code=201,
    response_model=DecisionOut,
    responses=documented(Conflict),
    summary="Decide a comment and store the decision",
)
async def check(
    comment: CommentIn, house: HouseDep, key: KeyDep, idempotency_key: IdempotencyKey = None
) -> Response:
    """Answer only once the decision is on disk; the same `external_id` gets the same answer.

    So does the same `Idempotency-Key`; and without either, the same author, address and content
    within two minutes.
    """
    return sent(await decided(comment, house, key.site(Scope.CHECK), idempotency_key), 201)


@router.post(
    "/batch",
    response_model=BatchOut,
    summary="Decide up to a hundred comments",
)
async def check_batch(batch: BatchIn, house: HouseDep, key: KeyDep, request: Request) -> Response:
    """Answer each comment for itself: a decision, or the problem with that one."""
    site_id = key.site(Scope.CHECK)
    house.rate.take(key.id, len(batch.comments) - 1)
    outcomes = await asyncio.gather(
        *(decided(comment, house, site_id) for comment in batch.comments), return_exceptions=True
    )
    items = [_item(outcome, request.state.request_id) for outcome in outcomes]
    return _json({"items": items}, 200)


@router.get("", response_model=CommentsOut, summary="List comments, newest first")
def list_comments(asked: Annotated[CommentsIn, Query()], house: HouseDep, key: KeyDep) -> Response:
    """Return a page of this site's comments with all that decided them.

    A `text` is looked for in some at a time: a page may hold less than `limit`, or nothing, and still
    have a `next`.
    """
    site_id = key.site(Scope.CHECK)
    page = Page(asked.limit, Cursor.read(asked.cursor))
    with house.store.reading() as connection:
        found = comment_page(connection, site_id, asked.query(), page)
    after = found.after and str(found.after)
    return _json({"items": [comment_fields(one) for one in found.found], "next": after}, 200)


@router.put(
    "/{comment_id}",
    response_model=DecisionOut,
    responses=documented(NotFound, Conflict),
    summary="Edit a comment, or check it again",
)
async def revise(comment_id: str, comment: CommentIn, house: HouseDep, key: KeyDep) -> Response:
    """Decide the comment anew as its next revision; the former one is kept with its decision.

    The same body under the same bundle and policy is the same revision, so a repeated request
    changes nothing. What a person said stays in force as long as the text is the same.
    """
    site_id = key.site(Scope.CHECK)
    former = await asyncio.to_thread(_stored, house, site_id, comment_id)
    if comment.external_id is None:
        comment = comment.model_copy(update={"external_id": former.decided.external_id})
    arrival = arrive(site_id, comment.comment(), comment.document(), now())
    reply = await house.batcher.submit(replace(arrival, revises=comment_id, identity=None))
    house.metrics.decided(reply.decision)
    return sent(reply, 200)


@router.get(
    "/{comment_id}/revisions",
    response_model=RevisionsOut,
    responses=documented(NotFound),
    summary="Read what a comment was before",
)
def revisions(comment_id: str, house: HouseDep, key: KeyDep) -> Response:
    """Return the former revisions with their decisions, oldest first; none if it was never edited."""
    site_id = key.site(Scope.CHECK)
    _stored(house, site_id, comment_id)
    with house.store.reading() as connection:
        items = former_revisions(connection, comment_id)
    return _json({"items": items}, 200)


@router.get(
    "/{comment_id}",
    response_model=CommentOut,
    responses=documented(NotFound),
    summary="Read a stored comment and its decision",
)
def read(comment_id: str, house: HouseDep, key: KeyDep) -> Response:
    """Return what was sent, what was decided and why, and how it stands now."""
    return _json(comment_fields(_stored(house, key.site(Scope.CHECK), comment_id)), 200)


@router.delete(
    "/{comment_id}",
    status_code=204,
    response_class=Response,
    responses=documented(NotFound),
    summary="Remove a comment for good",
)
def erase(comment_id: str, house: HouseDep, key: KeyDep) -> Response:
    """Remove the comment with its decisions, hashes, labels and revisions; the feed says `erased`."""
    site_id = key.site(Scope.SITE_ADMIN)
    if not erase_comment(house.store, site_id, comment_id, house.new_id):
        raise _unknown(comment_id)
    return Response(status_code=204)


@router.post(
    "/{comment_id}/label",
    status_code=201,
    response_model=LabelOut,
    responses=documented(NotFound),
    summary="Say what a comment is",
)
def label(comment_id: str, said: LabelIn, house: HouseDep, key: KeyDep) -> Response:
    """Append a person's label; the newest wins, and the comment stands as it says."""
    site_id = key.site(Scope.LABEL)
    at = now()
    with house.store.writing() as connection:
        if comment_of(connection, site_id, comment_id) is None:
            raise _unknown(comment_id)
        new = NewLabel(house.new_id(), comment_id, said.label, f"key {key.id}", "api", at)
        add_label(connection, new)
        set_standing(connection, comment_id, STANDING[said.label], said.label)
    fields = {"comment_id": comment_id, "label": said.label.value, "labelled_at": iso(at)}
    return _json(fields, 201)


def _stored(house: House, site_id: str, comment_id: str) -> StoredComment:
    with house.store.reading() as connection:
        stored = comment_of(connection, site_id, comment_id)
    if stored is None:
        raise _unknown(comment_id)
    return stored


def _unknown(comment_id: str) -> NotFound:
    return NotFound(f"no comment {comment_id[:40]!r} on this site")


def _item(outcome: Reply | BaseException, request_id: str) -> dict[str, Any]:
    if isinstance(outcome, Reply):
        return {"status": 201, "decision": from_json(outcome.body), "problem": None}
    if isinstance(outcome, Problem):
        document = outcome.document(request_id)
        return {"status": outcome.status, "decision": None, "problem": document}
    raise outcome


def _json(fields: dict[str, Any], status: int) -> Response:
    return Response(to_json(fields), status, media_type="application/json")
