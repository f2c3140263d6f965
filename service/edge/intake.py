"""The one request that every comment makes, POST /v1/comments, from its key to its answer."""

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from service.clock import now
from service.deciding.arrival import arrive
from service.deciding.reply import Reply
from service.edge.auth import Scope
from service.edge.idempotency import idempotency_key_of
from service.edge.json_body import parse_json, read_body
from service.edge.problems import invalid
from service.house import House
from service.schemas import CommentIn


async def take(house: House, request: Request) -> Response:
    """Check the key, read strictly, decide; raises a `Problem`. What FastAPI's routes do, in a row."""
    house.batcher.admit()
    # Looked up four times; of a field that comes twice, the first counts, as everywhere.
    headers = {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in reversed(request.scope["headers"])
    }
    key = await house.keyring.authenticate(headers.get("authorization"))
    house.rate.take(key.id)
    body = await read_body(request.receive, headers, house.settings.max_body_bytes)
    try:
        comment = CommentIn.model_validate(parse_json(body))
    except ValidationError as fault:
        # Located as FastAPI does, so that a field of that name is not taken for the body itself.
        located = ({**error, "loc": ("body", *error["loc"])} for error in fault.errors())
        raise invalid(located) from None
    site_id = key.site(Scope.CHECK)
    return sent(await decided(comment, house, site_id, idempotency_key_of(headers)), 201)


async def decided(
    comment: CommentIn, house: House, site_id: str, idempotency_key: str | None = None
) -> Reply:
    """Return the reply to a comment once its decision is on disk."""
    arrival = arrive(site_id, comment.comment(), comment.document(), now(), idempotency_key)
    reply = await house.batcher.submit(arrival)
    house.metrics.decided(reply.decision)
    return reply


def sent(reply: Reply, status: int) -> Response:
    """Return a reply as it goes over the network."""
    headers = {"Idempotent-Replay": "true"} if reply.replayed else None
    return Response(reply.body, status, headers, media_type="application/json")
