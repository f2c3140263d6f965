"""A blog that sends comments as fast as it can, notes what was answered, and asks again on a fault."""

import asyncio
import json
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urlencode

from tests.reliability.replica import KEY

_TEXT: Final = (
    "garden bread train harbour copper lens server cache recipe chapter storm kettle teacher "
    "casino cheap watches bonus thanks helped question version broke fixed window morning"
)
WORDS: Final = _TEXT.split()


def comment(source: random.Random, **more: object) -> dict[str, object]:
    """Return a comment that nobody sent before."""
    words = source.choices(WORDS, k=source.randint(5, 40))
    who = source.randrange(10**9)
    author = {"name": f"Reader {who}", "email": f"reader{who}@example.org", "ip": "192.0.2.9"}
    return {"content": " ".join([*words, str(who)]), "author": author, **more}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and how long it took in seconds."""

    status: int
    head: bytes
    body: bytes
    seconds: float

    @property
    def fields(self) -> dict[str, str]:
        """The header fields, parsed."""
        pairs = [
            line.partition(":") for line in self.head.decode("latin-1").split("\r\n")[1:] if line
        ]
        return {name.lower(): value.strip() for name, _, value in pairs}

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class _Wire(asyncio.Protocol):
    """One connection that is read reply by reply; a tenth of what streams cost."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.reply: asyncio.Future[tuple[bytes, bytes]] | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if found and len(rest) >= size and self.reply is not None and not self.reply.done():
            self._received = rest[size:]
            self.reply.set_result((head, rest[:size]))

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self.reply is not None and not self.reply.done():
            self.reply.set_exception(ConnectionResetError(str(exc or "closed before the reply")))


_LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Line:
    """One kept-alive connection; a plain one, so that many of them cost little."""

    def __init__(self, port: int, timeout: float = 30, key: str = KEY) -> None:
        self._port = port
        self._key = key
        self._timeout = timeout
        self._wire = _Wire()

    async def post(self, body: object, path: str = "/v1/comments", method: str = "POST") -> Answer:
        """Send one request; raises ConnectionError when there is no whole answer."""
        kind = f"application/json\r\nAuthorization: Bearer {self._key}"
        return await self._timed(f"{method} {path}", kind, json.dumps(body).encode())

    async def post_form(self, fields: dict[str, str], path: str) -> Answer:
        """Send a form, as Akismet's clients do; raises ConnectionError as above."""
        kind = "application/x-www-form-urlencoded"
        return await self._timed(f"POST {path}", kind, urlencode(fields).encode())

    async def _timed(self, what: str, kind: str, data: bytes) -> Answer:
        head = (
            f"{what} HTTP/1.1\r\nHost: blog\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(data)}\r\n\r\n"
        )
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout):
                answered, body = await self._exchange(head.encode() + data)
        except (OSError, TimeoutError) as fault:
            self.close()
            raise ConnectionError(str(fault)) from fault
        if b"connection: close" in answered.lower():
            self.close()
        return Answer(int(answered.split(b" ", 2)[1]), answered, body, time.monotonic() - began)

    def close(self) -> None:
        """Hang up."""
        if self._wire.transport is not None:
            self._wire.transport.abort()
        self._wire = _Wire()

    async def _exchange(self, request: bytes) -> tuple[bytes, bytes]:
        loop = asyncio.get_running_loop()
        if self._wire.transport is None:
            self._wire = _Wire()
            await loop.create_connection(lambda: self._wire, "127.0.0.1", self._port)
        wire = self._wire
        wire.reply = loop.create_future()
        if wire.transport is None:
            raise ConnectionResetError("closed before the request")
        wire.transport.write(request)
        return await wire.reply


@dataclass
class Blog:
    """Clients that send until told to stop; `acknowledged` holds every decision by comment id."""

    ports: Sequence[int]
    seed: int
    clients: int = 16
    body: Callable[[random.Random, str], dict[str, object]] = field(
        default=lambda source, name: comment(source, external_id=name)
    )
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: list[tuple[float, Answer]] = field(default_factory=list)
    """Every answer with the moment at which it came."""
    broken: int = 0
    stopping: bool = False
    keys: Sequence[str] = (KEY,)

    async def run(self) -> None:
        """Send until `stopping`."""
        await asyncio.gather(*(self._send(number) for number in range(self.clients)))

    async def _send(self, number: int) -> None:
        source = random.Random(f"{self.seed}/{number}")
        key = self.keys[number % len(self.keys)]
        line = Line(self.ports[number % len(self.ports)], key=key)
        count = 0
        while not self.stopping:
            count += 1
            body = self.body(source, f"{number}-{count}")
            while not self.stopping and not await self._sent(line, body):
                await asyncio.sleep(0.02)
        line.close()

    async def _sent(self, line: Line, body: dict[str, object]) -> bool:
        try:
            answer = await line.post(body)
        except ConnectionError:
            self.broken += 1
            return False
        self.answers.append((time.monotonic(), answer))
        if answer.status != 201:
            return False
        decision = answer.json
        before = self.acknowledged.setdefault(decision["id"], decision)
        assert before == decision
        return True


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lie."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
