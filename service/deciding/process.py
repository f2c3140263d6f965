"""The process that decides, seen from the one that listens.

Threads of one interpreter take turns, so listening and deciding together had one processor and stood in
each other's way; as two processes they have two, and a flood of refusals leaves deciding alone.
"""

import asyncio
import subprocess
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import structlog

from service.deciding.arrival import Arrival
from service.deciding.child import LENGTH_BYTES, Child, framed, launch
from service.deciding.decider import Outcomes
from service.deciding.wire import packed_arrivals, unpacked_outcomes
from service.errors import StoreUnavailable

# A process that can't start is not started again in haste.
RESTART_SECONDS: Final = 0.5
# A batch takes less, even of a database that does not answer; whoever needs longer is stuck.
LAST_SECONDS: Final = 8.0
BUFFER_BYTES: Final = 2**20

log = structlog.get_logger("winnow.decider")


class DecidingProcess:
    """Keeps one child that decides, starting another whenever it ends."""

    ahead = 2

    def __init__(self, child: Child) -> None:
        self._child = child
        self._waiting: deque[asyncio.Future[bytes]] = deque()
        self._writer: asyncio.StreamWriter | None = None
        self._life: asyncio.Task[None] | None = None
        self._closing = False

    async def start(self) -> None:
        """Wait until the child, told to begin, can decide; raises `StoreUnavailable` when it ends."""
        reader = await self._greeted()
        self._life = asyncio.create_task(self._live(reader))

    async def decide(self, arrivals: Sequence[Arrival]) -> Outcomes:
        """Return one outcome per arrival, in order; raises `StoreUnavailable` while there is no child."""
        if self._writer is None:
            raise StoreUnavailable("the process that decides is starting again; ask again")
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        self._writer.write(framed(packed_arrivals(arrivals)))
        return unpacked_outcomes(await answer)

    async def close(self) -> None:
        """Let the child end, and wait for it."""
        self._closing = True
        if self._writer is not None:
            self._writer.close()
        if self._life is not None:
            await self._life

    async def _greeted(self) -> asyncio.StreamReader:
        """Return the stream of a child's answers once it is ready."""
        reader, writer = await asyncio.open_connection(sock=self._child.link, limit=BUFFER_BYTES)
        try:
            await _message(reader)
        except (asyncio.IncompleteReadError, OSError) as fault:
            writer.close()
            await asyncio.to_thread(_ended, self._child)
            raise StoreUnavailable("the process that decides did not start; see the log") from fault
        self._writer = writer
        return reader

    async def _live(self, reader: asyncio.StreamReader) -> None:
        while True:
            await self._listen(reader)
            if self._closing:
                return
            reader = await self._again()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Hand out answers until the child ends; what it owes then was not answered by anybody."""
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                message = await _message(reader)
                self._waiting.popleft().set_result(message)
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        status = await asyncio.to_thread(_ended, self._child)
        if not self._closing:
            log.error("decider_ended", status=status, unanswered_batches=len(self._waiting))
        while self._waiting:
            self._waiting.popleft().set_exception(
                StoreUnavailable("the process that decides ended meanwhile; ask again")
            )

    async def _again(self) -> asyncio.StreamReader:
        while True:
            self._child = launch()
            self._child.begin()
            try:
                return await self._greeted()
            except StoreUnavailable:
                await asyncio.sleep(RESTART_SECONDS)


async def _message(reader: asyncio.StreamReader) -> bytes:
    length = int.from_bytes(await reader.readexactly(LENGTH_BYTES))
    return await reader.readexactly(length)


def _ended(child: Child) -> int:
    """Return the status of a child that ends; one that does not is killed."""
    try:
        return child.process.wait(LAST_SECONDS)
    except subprocess.TimeoutExpired:
        child.process.kill()
        return child.process.wait()
