"""A request on its way in: its id, its key, its body read strictly; one log line on its way out."""

import re
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.edge.auth import Key
from service.edge.json_body import parse_json, read_body
from service.edge.whole_answer import EXTENSION, Field, answering
from service.errors import FieldError, Invalid
from service.house import House
from service.identifiers import IdentifierSource
from service.logs import RequestLines
from service.metrics import Metrics

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_bearer = HTTPBearer(auto_error=False, description="A site's key, or the operator's.")


# Coroutines, though they wait for nothing: FastAPI sends plain functions through its thread pool,
# which takes longer than deciding the comment.


async def house_of(request: Request) -> House:
    """Return the parts of the service that answers this request."""
    house: House = request.app.state.house
    return house


async def key_of(request: Request, _: Annotated[object, Security(_bearer)]) -> Key:
    """Return the key that `KeyedRoute` found."""
    key: Key = request.state.key
    return key


HouseDep = Annotated[House, Depends(house_of)]
KeyDep = Annotated[Key, Depends(key_of)]


IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern="^[!-~]+$",
        description="Yours for this comment: sent again with it, the same answer comes back.",
    ),
]
_VISIBLE = re.compile("[!-~]{1,255}")


def idempotency_key_of(headers: Mapping[str, str]) -> str | None:
    """Return the Idempotency-Key header; raises `Invalid` unless it is 1 to 255 visible characters."""
    given = headers.get("idempotency-key")
    if given is not None and not _VISIBLE.fullmatch(given):
        wrong = FieldError("Idempotency-Key", "must be 1 to 255 visible ASCII characters")
        raise Invalid("see errors: Idempotency-Key", [wrong])
    return given


class KeyedRequest(Request):
    """A request whose body was read and parsed before FastAPI looks at it."""

    strict_body: bytes = b""

    async def body(self) -> bytes:
        """Return the body as `read_body` took it."""
        return self.strict_body

    async def json(self) -> Any:
        """Parse the body strictly; raises `BadRequest`."""
        return self.state.parsed


class KeyedRoute(APIRoute):
    """A route that checks the key first, then reads the body within its limit, then parses it."""

    def get_route_handler(self) -> Handler:
        """Wrap FastAPI's handler, so that its own lenient reading never happens."""
        handle = super().get_route_handler()
        takes_body = self.body_field is not None
        is_batch = self.path.endswith("/batch")

        async def keyed(request: Request) -> Response:
            house = await house_of(request)
            request = KeyedRequest(request.scope, request.receive)
            request.state.key = await house.keyring.authenticate(
                request.headers.get("authorization")
            )
            house.rate.take(request.state.key.id)
            if takes_body:
                settings = house.settings
                limit = settings.max_batch_bytes if is_batch else settings.max_body_bytes
                request.strict_body = await read_body(request.receive, request.headers, limit)
                request.state.parsed = parse_json(request.strict_body)
            return await handle(request)

        return keyed


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
