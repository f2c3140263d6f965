"""The short way in for the call that every comment makes, as `service.edge.intake` is our own's."""

from typing import Final

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from service.akismet.call import Handler, answered
from service.edge.problems import response_to


class CheckIntake:
    """An ASGI application of one route."""

    method: Final = "POST"
    path: Final = "/1.1/comment-check"

    def __init__(self, endpoint: Handler) -> None:
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; no fault leaves without an answer."""
        scope["route"] = self
        request = Request(scope, receive)
        try:
            response = await answered(self._endpoint, request)
        except Exception as fault:  # noqa: BLE001 - what FastAPI's outermost middleware does
            response = response_to(request, fault)
        await response(scope, receive, send)
