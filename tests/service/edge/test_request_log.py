"""What a request leaves behind."""

import asyncio
import gc
import weakref

from starlette.types import Message, Receive, Scope, Send

from service.edge.request_log import RequestLog
from service.edge.whole_answer import EXTENSION, Field, answering
from service.identifiers import IdentifierSource
from service.metrics import Metrics


class _Cycle:
    """What uvicorn keeps of a request: its scope holds what answers it, and that holds this."""

    def __init__(self) -> None:
        async def answer(status: int, _headers: list[Field], _body: bytes) -> None:
            self.status = status

        self.scope: Scope = {
            "type": "http",
            "method": "GET",
            "headers": [],
            "extensions": {EXTENSION: answer},
        }


async def _app(scope: Scope, _receive: Receive, _send: Send) -> None:
    whole = answering(scope)
    assert whole is not None
    await whole(200, [], b"")


async def _receive() -> Message:
    raise AssertionError("nothing is read")


async def _send(_: Message) -> None:
    raise AssertionError("nothing is sent in pieces")


def test_an_answered_request_is_gone_without_the_collector() -> None:
    cycle = _Cycle()
    gone = weakref.ref(cycle)
    log = RequestLog(_app, Metrics(), IdentifierSource())
    gc.disable()
    try:
        asyncio.run(log(cycle.scope, _receive, _send))
        assert cycle.status == 200
        del cycle
        assert gone() is None
    finally:
        gc.enable()
