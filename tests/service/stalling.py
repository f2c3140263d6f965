"""A trivial application behind our protocol, and clients that stall."""

import asyncio
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import uvicorn

from service.edge.connection_limits import ConnectionDeadlines, ConnectionLimits
from service.edge.connections import protocol_class
from service.edge.refusals import Cut
from service.edge.turnstile import Turnstile

SHORT = ConnectionDeadlines(head=0.2, request=0.3, reply=0.3, idle=0.25)
AMPLE = ConnectionDeadlines(head=30, request=30, reply=30, idle=30)
LIMITS = ConnectionLimits(per_client=1_000)
GET = b"GET / HTTP/1.1\r\nHost: blog.example\r\n\r\n"
REPLY_BYTES = {"/large": 1_000_000, "/medium": 60_000}

Loop = Literal["uvloop", "asyncio"]


@dataclass
class Served:
    """A running server, what it cut, and what its application saw."""

    server: uvicorn.Server
    port: int
    cuts: Counter[Cut] = field(default_factory=Counter)
    seen: list[str] = field(default_factory=list)

    @property
    def open(self) -> int:
        return len(self.server.server_state.connections)

    def connect(self) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client


def application(seen: list[str]) -> Callable[..., Any]:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                seen.append("disconnect")
                return
            body += message["body"]
            more = message["more_body"]
            if scope["path"] == "/early":
                break
        seen.append(" ".join([scope["path"], *(name.decode() for name, _ in scope["headers"])]))
        if scope["path"] == "/held":
            await receive()  # until the client leaves
        if scope["path"] == "/slow":
            await asyncio.sleep(2 * max(SHORT.head, SHORT.request, SHORT.reply, SHORT.idle))
        reply = b"x" * REPLY_BYTES.get(scope["path"], 0) or b"%d bytes" % len(body)
        length = (b"content-length", b"%d" % len(reply))
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": reply})

    return answer


@contextmanager
def running(
    deadlines: ConnectionDeadlines = SHORT,
    limits: ConnectionLimits = LIMITS,
    loop: Loop = "uvloop",
    turnstile: Turnstile | None = None,
) -> Iterator[Served]:
    cuts: Counter[Cut] = Counter()
    seen: list[str] = []
    config = uvicorn.Config(
        application(seen),
        http=protocol_class(deadlines, limits, cuts, turnstile),
        loop=loop,
        lifespan="off",
        log_config=None,
    )
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        # A small send buffer, so that a reply that is not read stays in ours.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        listener.bind(("127.0.0.1", 0))
        listener.listen(512)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            eventually(lambda: server.started)
            yield Served(server, listener.getsockname()[1], cuts, seen)
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()


def eventually(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up, "the condition was never met"
        time.sleep(0.005)


def read_to_end(client: socket.socket) -> bytes:
    """Read until the server closes; a reset is a close."""
    received = b""
    try:
        while part := client.recv(65_536):
            received += part
    except ConnectionResetError:
        pass
    return received


def read_reply(client: socket.socket) -> bytes:
    """Read one reply with a content-length."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = client.recv(1)
        assert part, f"closed within the head: {received!r}"
        received += part
    length = int(received.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while length:
        part = client.recv(length)
        assert part, "closed within the body"
        received += part
        length -= len(part)
    return received


def drip(client: socket.socket, data: Sequence[int]) -> None:
    """Send byte after byte, quicker than any deadline, until all are sent or we are cut off."""
    for byte in data:
        try:
            client.sendall(bytes([byte]))
        except OSError:
            return
        time.sleep(0.02)


def problem(reply: bytes, *, closing: bool = True) -> tuple[int, dict[str, Any]]:
    head, _, body = reply.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    assert (b"connection: close" in head) is closing
    document = json.loads(body)
    status = int(head.split()[1])
    assert document["status"] == status
    assert document["detail"]
    return status, document


STALLS = {
    Cut.SILENT: b"",
    Cut.SLOW_HEAD: GET[:20],
    Cut.SLOW_BODY: b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\na",
    Cut.SLOW_READER: GET.replace(b"/", b"/large", 1),
}


def stall(served: Served, stack: ExitStack) -> None:
    """Open 300 connections, 75 of each kind."""
    for start in list(STALLS.values()) * 75:
        stack.enter_context(served.connect()).sendall(start)


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
