"""What every request gets: an id on its way in, one log line and a measurement on its way out."""

import re
import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.edge.whole_answer import EXTENSION, Field, answering
from service.identifiers import IdentifierSource
from service.logs import RequestLines
from service.metrics import Metrics

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


class RequestLog:
    """Gives every request an id, and its answer a header, a log line and a measurement."""

    def __init__(self, app: ASGIApp, metrics: Metrics, new_id: IdentifierSource) -> None:
        self._app = app
        self._metrics = metrics
        self._new_id = new_id
        self._lines = RequestLines()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, then count and log its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [pair for pair in message["headers"] if pair[0] != b"x-request-id"]
                message["headers"] = [*headers, (b"x-request-id", request_id.encode())]
            await send(message)

        whole = answering(scope)
        if whole is not None:

            async def answer_with_id(code: int, headers: list[Field], body: bytes) -> None:
                nonlocal status
                status = code
                kept = [pair for pair in headers if pair[0] != b"x-request-id"]
                await whole(code, [*kept, (b"x-request-id", request_id.encode())], body)

            scope["extensions"] = {EXTENSION: answer_with_id}
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            # It holds what holds the scope: left there, every request would wait for the collector.
            scope.pop("extensions", None)
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path", "unmatched")
            self._metrics.answered(route, status, seconds)
            self._lines.add(request_id, scope["method"], route, status, seconds)

    def _request_id(self, scope: Scope) -> str:
        for name, value in scope["headers"]:
            if name == b"x-request-id":
                given = value.decode("latin-1")
                return given if _REQUEST_ID.fullmatch(given) else self._new_id()
        return self._new_id()
