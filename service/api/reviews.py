"""What people answer, and taking it back."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response

from service.api.problems import documented
from service.clock import iso
from service.edge.auth import Key, Scope
from service.edge.requests import HouseDep, KeyDep, KeyedRoute
from service.errors import Conflict, NotFound
from service.reviewing.answers import Person, Result
from service.reviewing.review import LABEL, Answered, Missing, Review, Stale
from service.reviewing.review_schemas import ReviewOut, ReviewsIn, ReviewsOut

router = APIRouter(prefix="/v1/reviews", tags=["review"], route_class=KeyedRoute)


@router.post("", response_model=ReviewsOut, summary="Answer up to 500 comments")
def answer(said: ReviewsIn, house: HouseDep, key: KeyDep, request: Request) -> Response:
    """Store each answer for itself; one to an old `state` is a 409 that tells who was faster.

    `state` is the number that came with the comment: it counts the changes of its standing.
    """
    answers = [Answered(one.comment_id, one.outcome, one.state) for one in said.reviews]
    results = house.reviewing.answer(_person(key), answers)
    items = [result_fields(one, request.state.request_id) for one in results]
    return Response(json.dumps({"items": items}).encode(), media_type="application/json")


@router.post(
    "/{review_id}/undo",
    status_code=201,
    response_model=ReviewOut,
    responses=documented(NotFound, Conflict),
    summary="Take an answer back",
)
def undo(review_id: str, house: HouseDep, key: KeyDep) -> Response:
    """Append a retraction: the comment stands as it did before, unlabelled too, and waits again."""
    result = house.reviewing.undo(_person(key), [review_id])[0]
    if isinstance(result, Missing):
        raise NotFound(f"no review {review_id[:40]!r} on this site")
    if isinstance(result, Stale):
        raise Conflict(f"{result.sentence} (state {result.now.state})")
    return Response(json.dumps(review_fields(result)).encode(), 201, media_type="application/json")


def result_fields(result: Result, request_id: str) -> dict[str, Any]:
    """Return what became of one answer as plain JSON values."""
    if isinstance(result, Review):
        return {"status": 201, "review": review_fields(result), "problem": None, "current": None}
    if isinstance(result, Missing):
        problem = NotFound(f"no comment {result.id[:40]!r} on this site").document(request_id)
        return {"status": 404, "review": None, "problem": problem, "current": None}
    current = {
        "comment_id": result.comment_id,
        "state": result.now.state,
        "standing": result.now.standing.value,
        "label": result.now.label and result.now.label.value,
        "changed_by": result.by and result.by.who,
        "changed_at": result.by and iso(result.by.at),
    }
    problem = Conflict(result.sentence).document(request_id)
    return {"status": 409, "review": None, "problem": problem, "current": current}


def review_fields(review: Review) -> dict[str, Any]:
    """Return a review as plain JSON values."""
    label = LABEL[review.outcome] if review.outcome else None
    return {
        "id": review.id,
        "comment_id": review.comment_id,
        "outcome": review.outcome and review.outcome.value,
        "retracts": review.retracts,
        "state": review.state,
        "standing": review.standing.value,
        "label": label and label.value,
        "who": review.who,
        "source": review.source,
        "reviewed_at": iso(review.reviewed_at),
    }


def _person(key: Key) -> Person:
    return Person(key.site(Scope.LABEL), f"key {key.id}", "api")
