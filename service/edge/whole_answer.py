"""An answer in one write.

ASGI gives head and body in two messages, and uvicorn writes each as it comes: two system calls and two
packets, a tenth of the processor time that a comment takes. Our connections offer this beside it, as an
extension of the scope; under another server there is none, and the two messages do.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

EXTENSION: Final = "winnow.whole_answer"

Field = tuple[bytes, bytes]
Answering = Callable[[int, list[Field], bytes], Awaitable[None]]


def answering(scope: Scope) -> Answering | None:
    """Return what answers this request in one write, if its server can."""
    found: Answering | None = scope.get("extensions", {}).get(EXTENSION)
    return found


def offer(cycle: RequestResponseCycle) -> None:
    """Let the application answer this request in one write."""

    async def answer(status: int, headers: list[Field], body: bytes) -> None:
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if cycle.disconnected:
            return
        cycle.response_started = True
        cycle.waiting_for_100_continue = False
        closing = () if cycle.keep_alive else ((b"connection", b"close"),)
        cycle.transport.write(_head(status, (*cycle.default_headers, *headers, *closing)) + body)
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()

    cycle.scope["extensions"] = {EXTENSION: answer}  # type: ignore[dict-item]


def _head(status: int, headers: Iterable[Field]) -> bytes:
    lines = [b"%b: %b\r\n" % header for header in headers]
    head = b"".join([STATUS_LINE[status], *lines, b"\r\n"])
    if head.count(b"\n") != len(lines) + 2:
        raise ValueError("a header holds a line break")
    return head
