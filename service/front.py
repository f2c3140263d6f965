"""The web application as the server sees it: comments and health at once, everything else behind them.

What every comment needs is small. FastAPI, its routes and the desk's pages are a third of what a start
has to import, so they are loaded in a thread of their own while the first comments are decided; a
request for one of them waits until they are there.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from functools import partial
from threading import Lock, Thread
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.akismet.call import answered
from service.akismet.check import comment_check
from service.edge.health import alive, ready
from service.edge.intake import take
from service.edge.request_log import RequestLog
from service.edge.short_way import ShortWay
from service.house import House


class Front:
    """An ASGI application; its lifespan starts and drains the house."""

    def __init__(self, house: House, when_loaded: Callable[[], None] = lambda: None) -> None:
        self._short: Final = {(way.method, way.path): way for way in _short_ways(house)}
        # Only its lifespan and its state are used: what is not short goes to FastAPI.
        self._life = Starlette(lifespan=self._lifespan)
        self._life.state.house = house
        self._house = house
        self._rest = Rest(house, when_loaded)
        self._logged = RequestLog(self._routed, metrics=house.metrics, new_id=house.new_id)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the lifespan."""
        if scope["type"] == "lifespan":
            await self._life(scope, receive, send)
        else:
            await self._logged(scope, receive, send)

    def until_loaded(self, seconds: float) -> None:
        """Wait, on another thread than the event loop's, until everything is there; raises `TimeoutError`."""
        self._rest.loaded.result(seconds)

    async def _routed(self, scope: Scope, receive: Receive, send: Send) -> None:
        way = self._short.get((scope.get("method", ""), scope.get("path", "")))
        if way is None:
            rest = await self._rest.app()
            await rest(scope, receive, send)
        else:
            scope["app"] = self._life
            await way(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        house = self._house
        self._rest.load()
        house.incumbent.start()
        house.loop_watch.start()
        await house.batcher.start()
        house.sender.start()
        yield
        await house.batcher.close()
        house.loop_watch.close()
        house.incumbent.close()
        await asyncio.to_thread(house.sender.close)
        house.store.close()


def _short_ways(house: House) -> Iterator[ShortWay]:
    async def healthz(_: Request) -> Response:
        return alive()

    async def readyz(_: Request) -> Response:
        return await ready(house)

    yield ShortWay("POST", "/v1/comments", partial(take, house))
    yield ShortWay("POST", "/1.1/comment-check", partial(answered, comment_check))
    yield ShortWay("GET", "/healthz", healthz)
    yield ShortWay("GET", "/readyz", readyz)


class Rest:
    """FastAPI's application with all routes, loaded once, in a thread."""

    def __init__(self, house: House, when_loaded: Callable[[], None]) -> None:
        self._house = house
        self._when_loaded = when_loaded
        self.loaded: Future[ASGIApp] = Future()
        self._thread: Thread | None = None
        self._lock = Lock()

    def load(self) -> None:
        """Begin to load, unless that has begun."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="loading", daemon=True)
                self._thread.start()

    async def app(self) -> ASGIApp:
        """Return the application once it is there."""
        if not self.loaded.done():
            self.load()
            await asyncio.shield(asyncio.wrap_future(self.loaded))
        return self.loaded.result()

    def _run(self) -> None:
        try:
            from service.app import create_app  # noqa: PLC0415 - the module says why

            app = create_app(self._house)
        except BaseException as fault:
            # Whoever waits is told, and nothing of it is lost.
            self.loaded.set_exception(fault)
            raise
        self.loaded.set_result(app)
        self._when_loaded()
