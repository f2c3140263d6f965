"""Answers from the desk: given, told, taken back."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from service.edge.requests import HouseDep
from service.errors import Invalid
from service.reviewing.answers import Person, Result
from service.reviewing.review import Answered, Missing, Outcome, Review
from service.store.queue_pages import queue_counts
from service.ui.desk_route import DeskRoute, form_of, json_answer, session_of, wants_json
from service.ui.frame import frame
from service.ui.rendering import page

router = APIRouter(prefix="/review", route_class=DeskRoute, include_in_schema=False)

MOST_ITEMS: Final = 500


@router.post("/decide")
def decide(request: Request, house: HouseDep) -> Response:
    """Store one answer for each comment that was sent along."""
    form = form_of(request)
    try:
        outcome = Outcome(form.get("outcome"))
        answers = [_answered(item, outcome) for item in form.all("item")]
    except ValueError:
        raise Invalid("this form was not made by this page; load it again") from None
    _check_count(len(answers))
    return _told(request, house, house.reviewing.answer(_person(request), answers))


@router.post("/undo")
def undo(request: Request, house: HouseDep) -> Response:
    """Take answers back."""
    reviews = form_of(request).all("review")
    _check_count(len(reviews))
    return _told(request, house, house.reviewing.undo(_person(request), reviews))


def _told(request: Request, house: HouseDep, results: list[Result]) -> Response:
    items = [_fields(result) for result in results]
    if wants_json(request):
        with house.store.reading() as connection:
            waiting = queue_counts(connection, session_of(request).site_id).comments
        return json_answer({"items": items, "waiting": waiting})
    back = form_of(request).get("back")
    return page(
        "answered.html",
        items=items,
        done=[item for item in items if item["status"] == 201],
        back=back if back.startswith("/review") else "/review",
        **frame(request, house, "queue"),
    )


def _fields(result: Result) -> dict[str, Any]:
    if isinstance(result, Review):
        return {
            "status": 201,
            "comment": result.comment_id,
            "state": result.state,
            "review": result.id,
            "undone": result.retracts is not None,
            "message": "",
        }
    if isinstance(result, Missing):
        message = "This comment is not here any more."
        return {"status": 404, "comment": result.id, "state": 0, "review": "", "message": message}
    message = f"{result.sentence[:1].upper()}{result.sentence[1:]}."
    return {
        "status": 409,
        "comment": result.comment_id,
        "state": result.now.state,
        "review": "",
        "message": message,
    }


def _answered(item: str, outcome: Outcome) -> Answered:
    comment_id, _, state = item.rpartition(":")
    return Answered(comment_id, outcome, int(state))


def _check_count(count: int) -> None:
    if not 0 < count <= MOST_ITEMS:
        raise Invalid(f"choose from 1 to {MOST_ITEMS} comments")


def _person(request: Request) -> Person:
    session = session_of(request)
    return Person(session.site_id, session.reviewer.name, "desk")
