"""Slow and silent clients are cut off without costing the others.

uvicorn waits for ever for a request to arrive and for a reply to be taken. This subclass of its
protocol gives each of these an absolute deadline, so a slow or silent client costs a descriptor for
seconds and nobody else anything. What a connection owes us next is one of the reasons for a cut:

    SILENT ──first byte──► SLOW_HEAD ──head──► SLOW_BODY ──last byte──► (nothing: our turn)
                              ▲                                             │
                              └──────────first byte────── IDLE ◄────reply───┘

SLOW_READER is owed beside these, whenever a reply lies in our buffer because nobody takes it.
"""

import asyncio
import heapq
import math
from collections.abc import MutableMapping
from typing import Any, ClassVar, cast

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from service.addresses import client_of
from service.edge.connection_limits import ConnectionDeadlines, ConnectionLimits, Door
from service.edge.refusals import Cut, refusal
from service.edge.turnstile import Turnstile
from service.edge.whole_answer import offer

# Python 3.11 looks an enum's member up through a Python function; these are on every request's way.
_SILENT, _IDLE, _SLOW_READER = Cut.SILENT, Cut.IDLE, Cut.SLOW_READER
_SLOW_HEAD, _SLOW_BODY = Cut.SLOW_HEAD, Cut.SLOW_BODY
_UNANSWERED = frozenset({_SILENT, _IDLE, _SLOW_READER, Cut.CROWDED_OUT})


class _DeadlineProtocol(HttpToolsProtocol):
    """HTTP/1.1 on one connection, with deadlines and limits; no WebSockets."""

    deadlines: ClassVar[ConnectionDeadlines]
    limits: ClassVar[ConnectionLimits]
    cuts: ClassVar[MutableMapping[Cut, int]]
    door: ClassVar[Door]
    turnstile: ClassVar[Turnstile]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.ws_protocol_class = None
        self.url = b""
        self.headers = []
        self._client: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._owes: Cut | None = _SILENT
        self._due = math.inf
        self.since = 0.0
        self._paused_at = math.inf
        self._received = 0
        self._fault: Cut | None = None
        self.aborted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the client in, or tell it that there is no room."""
        transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        client = client_of(peer[0]) if isinstance(peer, tuple) else ""
        refused = self._refused_at_the_door(client)
        if refused is not None:
            self.cuts[refused] += 1
            transport.write(refusal(refused, self.server_state.default_headers))
            transport.close()
            return
        super().connection_made(transport)
        self.door.enter(client)
        self._client = client
        self.since = self.loop.time()
        self._due = self.since + self.deadlines.head
        self._timer = self.loop.call_at(self.since + self.deadlines.shortest, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        if self._client is None:
            return
        if self._timer is not None:
            self._timer.cancel()
        self.door.leave(self._client)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came; refuse what is too much, is not HTTP, or finds the queue full."""
        if self._owes is _IDLE:
            reply = self.turnstile.refusal(data, self.server_state.default_headers)
            if reply is not None:
                self.transport.write(reply)
                self._rest()
                return
        self._received += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            return
        except httptools.HttpParserError:
            self.cut(self._fault or Cut.MALFORMED)
            return
        if self._received > self.limits.head_bytes:
            self._refuse_excess()

    def on_message_begin(self) -> None:
        """Start the clock of the head."""
        super().on_message_begin()
        self.since = self.loop.time()
        if self._owes is not _SILENT:
            self._due = self.since + self.deadlines.head
        self._owes = _SLOW_HEAD

    def on_headers_complete(self) -> None:
        """Hand the request to the application, unless its head is too large."""
        self._fault = self.limits.fault_of_head(self.url, self.headers, self._received)
        if self._fault is not None:
            raise ValueError(self._fault)  # stops the parser, which reports it to data_received
        super().on_headers_complete()
        self.headers = []  # trailers land here, so that none becomes a header after authentication
        self._owes = _SLOW_BODY
        self._due = self.since + self.deadlines.request

    def on_message_complete(self) -> None:
        """Note that the client has done its part."""
        super().on_message_complete()
        self._received = 0
        if self.cycle.response_complete:
            self._rest()
        else:
            self._owes = None
            self._due = math.inf

    def on_response_complete(self) -> None:
        """Start the next request that waits, or rest.

        In place of uvicorn's, which makes and cancels a timer for each reply.
        """
        self.server_state.total_requests += 1
        if self.pipeline and not self.transport.is_closing():
            self.flow.resume_reading()
            self._start_asgi_task(*self.pipeline.pop())
            return
        if self._owes is None:
            self._rest()
        if not self.transport.is_closing():
            self.flow.resume_reading()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        offer(cycle)
        super()._start_asgi_task(cycle, app)

    def pause_writing(self) -> None:
        """Start the clock of a reply that is not taken."""
        self._paused_at = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Stop it: the client took what was buffered."""
        self._paused_at = math.inf
        super().resume_writing()

    def _refused_at_the_door(self, client: str) -> Cut | None:
        if not self.door.has_room_for(client):
            return Cut.TOO_MANY_FROM_CLIENT
        if len(self.connections) >= self.limits.connections and not self._make_room():
            return Cut.TOO_MANY_CONNECTIONS
        return None

    def _make_room(self) -> bool:
        """Close the connections that have owed us something for longest, if there are any.

        Stalled sockets grow old and ordinary requests don't, so these are served even while many
        addresses together stall as many sockets as there may be. One look at all of them (0.4 ms
        for 1,000) makes room for a sixteenth.
        """
        others = cast("set[_DeadlineProtocol]", self.connections)
        staying = [other for other in others if not other.aborted]
        if len(staying) < self.limits.connections:
            return True
        owing = [other for other in staying if other.owes]
        some = max(1, self.limits.connections // 16)
        for oldest in heapq.nsmallest(some, owing, key=lambda other: other.since):
            oldest.cut(Cut.CROWDED_OUT)
        return bool(owing)

    def _rest(self) -> None:
        self._owes = _IDLE
        self.since = self.loop.time()
        self._due = self.since + self.deadlines.idle

    def _owed(self) -> tuple[Cut | None, float]:
        """Return what the client owes us next, and when it is due."""
        taken_by = self._paused_at + self.deadlines.reply
        if taken_by < self._due:
            return _SLOW_READER, taken_by
        closing = self.transport.is_closing()
        if closing or (self._owes is _IDLE and self.transport.get_write_buffer_size()):
            return _SLOW_READER, self.since + self.deadlines.reply
        return self._owes, self._due

    def _look(self) -> None:
        """Cut the connection if something is overdue, and look again in time.

        A look is never further away than the shortest deadline, so no deadline that begins in
        between can be earlier: requests set `_due`, and only looks touch the timer.
        """
        now = self.loop.time()
        owes, due = self._owed()
        if owes is not None and now >= due:
            self.cut(owes)
            _, due = self._owed()
        if due > now:
            self._timer = self.loop.call_at(min(due, now + self.deadlines.shortest), self._look)

    def _refuse_excess(self) -> None:
        """Refuse a head that has not ended by its limit, and a request beyond the fence."""
        if self._owes is not _SLOW_BODY:
            self.cut(
                self.limits.fault_of_head(self.url, self.headers, self._received)
                or Cut.HEAD_TOO_LARGE
            )
        elif len(self.headers) > self.limits.fields:
            self.cut(Cut.TOO_MANY_FIELDS)
        elif self._received > self.limits.request_bytes:
            self.cut(Cut.REQUEST_TOO_LARGE)

    @property
    def owes(self) -> bool:
        """Tell whether we wait for the client, to send or to take what we sent."""
        return self._owes is not None or self.flow.write_paused or self.transport.is_closing()

    def cut(self, reason: Cut) -> None:
        """Close for a reason, with an answer where one is owed and can still be given."""
        self.cuts[reason] += 1
        if reason in _UNANSWERED or not self._can_answer():
            self.aborted = True
            self.transport.abort()
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # the application hears of it now, not at the close
            self.cycle.message_event.set()
        self.transport.write(refusal(reason, self.server_state.default_headers))
        self.since = self.loop.time()
        self.transport.close()

    def _can_answer(self) -> bool:
        """Tell whether the next bytes on the wire would answer the request that is arriving."""
        if self.transport.is_closing():
            return False
        if self._owes is _SLOW_BODY:
            return not self.cycle.response_started and not self.pipeline
        return self.cycle is None or self.cycle.response_complete


def protocol_class(
    deadlines: ConnectionDeadlines,
    limits: ConnectionLimits,
    cuts: MutableMapping[Cut, int],
    turnstile: Turnstile | None = None,
) -> type[HttpToolsProtocol]:
    """Make the protocol for `uvicorn.Config(http=...)`; `cuts` (a Counter) is counted up by it.

    Comments that the turnstile refuses never reach the application. Leave uvicorn's
    `limit_concurrency` unset: it counts idle connections against requests.
    """
    own = {
        "deadlines": deadlines,
        "limits": limits,
        "cuts": cuts,
        "door": Door(limits),
        "turnstile": turnstile or Turnstile(lambda: False, lambda: None),
    }
    return type("DeadlineProtocol", (_DeadlineProtocol,), own)
