"""A request on its way into FastAPI: its key, then its body read strictly."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from service.edge.auth import Key
from service.edge.json_body import parse_json, read_body
from service.house import House

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

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
