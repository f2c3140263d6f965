"""Problem documents in FastAPI: the app answers every fault with one, and documents them."""

from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError

from service.edge.problems import HANDLERS, MEDIA_TYPE, Handler, invalid, response_to
from service.errors import Problem


def add_problem_handlers(app: FastAPI) -> None:
    """Let the app answer every fault with a problem document."""
    for fault, handler in HANDLERS.items():
        app.add_exception_handler(fault, handler)
    app.add_exception_handler(RequestValidationError, cast(Handler, _invalid))


def documented(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI entries for the problems that a route can answer."""
    return {
        problem.status: {
            "description": problem.title,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
        }
        for problem in problems
    }


def _invalid(request: Request, fault: RequestValidationError) -> Response:
    return response_to(request, invalid(fault.errors()))
