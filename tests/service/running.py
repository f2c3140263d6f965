"""The whole service on a real socket, in a thread of the test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from service.front import Front
from service.house import House
from service.server import server_config

KEY = "wk_test-key-of-the-first-site"


class _AsksAgain(httpx.HTTPTransport):
    """Asks again while the service says it is overloaded: beside other work a machine may be slow."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        while True:
            answer = super().handle_request(request)
            if answer.status_code != 503 or b":problem:overloaded" not in answer.read():
                return answer


class _Started(uvicorn.Server):
    """A server that says when it listens, and leaves the signals to pytest."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def running(house: House) -> Iterator[httpx.Client]:
    """Serve a house until the block ends; yields a patient client with the first site's key."""
    front = Front(house)
    config = server_config(front, house.settings)
    server = _Started(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    if not server.listening.wait(20):
        raise TimeoutError("the server did not start")
    # FastAPI sets the filters of warnings aside while it loads, and pytest does between a test's phases.
    front.until_loaded(20)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=20,
            transport=_AsksAgain(),
        ) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(20)
