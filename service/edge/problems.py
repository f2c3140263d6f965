"""The one renderer of faults: everything that goes wrong leaves as a problem document."""

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, Final, cast

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from service.errors import (
    FieldError,
    Invalid,
    MethodNotAllowed,
    NotFound,
    Overloaded,
    Problem,
)
from service.schemas import field_path

MEDIA_TYPE = "application/problem+json"
Handler = Callable[[Request, Exception], Response]
log = structlog.get_logger("winnow.problem")


def response_to(request: Request, fault: Exception) -> Response:
    """Render any fault."""
    for kind in type(fault).__mro__:
        if kind in HANDLERS:
            return HANDLERS[kind](request, fault)
    raise fault


def invalid(errors: Iterable[Mapping[str, Any]]) -> Invalid:
    """Return the problem with a body or a query from what Pydantic found wrong, at most 20 of it."""
    found = [
        FieldError(field_path(error["loc"]), error["msg"].removeprefix("Value error, "))
        for error in islice(errors, 20)
    ]
    named = ", ".join(dict.fromkeys(error.field or "the body" for error in found))
    return Invalid(f"see errors: {named[:300]}", found)


def problem_response(problem: Problem, request_id: str) -> Response:
    """Render a problem; its text is ASCII, so that no byte of a caller can break it."""
    body = json.dumps(problem.document(request_id)).encode()
    headers = {**problem.headers, "X-Request-ID": request_id}
    return Response(body, problem.status, headers, media_type=MEDIA_TYPE)


def _id_of(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


def _problem(request: Request, fault: Problem) -> Response:
    # What is refused under load is counted; a line for each would make the load worse.
    if fault.status >= 500 and not isinstance(fault, Overloaded):
        log.warning(
            "unavailable",
            request_id=_id_of(request),
            code=fault.code,
            detail=fault.detail,
            cause=repr(fault.__cause__),
        )
    return problem_response(fault, _id_of(request))


def _http(request: Request, fault: HTTPException) -> Response:
    headers = dict(fault.headers or {})
    if fault.status_code == 405:
        return problem_response(
            MethodNotAllowed(f"{request.method} is not possible here", headers=headers),
            _id_of(request),
        )
    if fault.status_code == 404:
        return problem_response(NotFound("there is nothing at this address"), _id_of(request))
    problem = Problem(str(fault.detail), headers=headers)
    return problem_response(problem, _id_of(request))


def _internal(request: Request, fault: Exception) -> Response:
    request_id = _id_of(request)
    log.error("internal", request_id=request_id, exc_info=fault)
    # Without this header WordPress publishes a comment that could not be checked.
    headers = {"X-akismet-guid": request_id} if request.scope["path"].startswith("/1.1/") else {}
    problem = Problem("it was logged; tell the operator the request_id", headers=headers)
    return problem_response(problem, request_id)


# How each kind of fault is rendered; a handler gets only its own kind, which the types can't say.
HANDLERS: Final[dict[type[Exception], Handler]] = {
    Problem: cast(Handler, _problem),
    HTTPException: cast(Handler, _http),
    Exception: _internal,
}
