"""A full queue is told of by the connection itself; whatever else comes is served."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from service.edge.turnstile import Turnstile
from tests.service.stalling import AMPLE, GET, Served, eventually, problem, read_reply, running

BODY = b'{"content": "Hello"}'
HEAD = b"POST /v1/comments HTTP/1.1\r\nHost: blog.example\r\n"
POST = HEAD + b"Content-Length: 20\r\n\r\n" + BODY
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n14\r\n" + BODY + b"\r\n0\r\n\r\n"


@dataclass
class Full:
    """Whether the queue is full, and how many were turned away."""

    full: bool = True
    turned_away: int = 0

    def count(self) -> None:
        self.turned_away += 1


@pytest.fixture
def queue() -> Full:
    return Full()


@pytest.fixture
def served(queue: Full) -> Iterator[Served]:
    with running(AMPLE, turnstile=Turnstile(lambda: queue.full, queue.count)) as server:
        yield server


@pytest.fixture
def client(served: Served) -> Iterator[socket.socket]:
    """A connection that was answered once, as kept-alive ones are."""
    with served.connect() as opened:
        opened.sendall(GET)
        read_reply(opened)
        yield opened


def test_a_comment_is_turned_away_with_a_problem_and_the_connection_goes_on(
    served: Served, queue: Full, client: socket.socket
) -> None:
    for _ in range(3):
        client.sendall(POST)
        status, document = problem(reply := read_reply(client), closing=False)
        assert (status, document["type"]) == (503, "urn:winnow:problem:overloaded")
        assert b"retry-after: 1\r\n" in reply.lower()
    assert queue.turned_away == 3
    queue.full = False
    client.sendall(POST)
    assert read_reply(client).endswith(b"20 bytes")
    assert len(served.seen) == 2


@pytest.mark.parametrize(
    "request_bytes",
    [
        GET,
        POST.replace(b"/v1/comments", b"/v1/labels"),
        POST.replace(b"POST", b"PUT"),
        POST.replace(b"Host", b"Expect: 100-continue\r\nHost"),
        POST.replace(b"Host", b"Connection: close\r\nHost"),
        CHUNKED,
        POST.replace(b"1.1", b"1.0"),
    ],
    ids=["get", "labels", "put", "expect", "close", "chunked", "1.0"],
)
def test_all_else_comes_in(client: socket.socket, queue: Full, request_bytes: bytes) -> None:
    client.sendall(request_bytes)
    reply = read_reply(client) if b"Expect" not in request_bytes else client.recv(1_000)
    assert reply.startswith((b"HTTP/1.1 200", b"HTTP/1.1 100"))
    assert queue.turned_away == 0


def test_a_body_that_comes_later_is_the_applications(
    served: Served, client: socket.socket, queue: Full
) -> None:
    tasks = served.server.server_state.tasks
    eventually(lambda: not tasks)
    client.sendall(POST[: -len(BODY)])
    eventually(lambda: bool(tasks))
    client.sendall(BODY)
    assert read_reply(client).endswith(b"20 bytes")
    assert queue.turned_away == 0


def test_the_first_request_of_a_connection_comes_in(served: Served, queue: Full) -> None:
    with served.connect() as client:
        client.sendall(POST)
        assert read_reply(client).endswith(b"20 bytes")
    assert queue.turned_away == 0


def test_requests_sent_without_waiting_are_answered_in_their_order(
    client: socket.socket, queue: Full
) -> None:
    for sent in (GET + POST + GET, POST + GET + POST):
        client.sendall(sent)
        assert [read_reply(client)[9:12] for _ in range(3)] == [b"200"] * 3
    assert queue.turned_away == 0


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Length: 20\r\nContent-Length: 20",
        b"Content-Length: 20\r\nTransfer-Encoding: chunked",
        b"Content-Length: 19",
        b"Content-Length : 20",
        b"Content-Length: +20",
        b"Content-Length: 20\nX: y",
        b"X-Length: 20",
    ],
)
def test_a_head_of_two_minds_is_left_to_the_parser(fields: bytes) -> None:
    turnstile = Turnstile(lambda: True, lambda: None)
    assert turnstile.refusal(HEAD + b"Content-Length: 20\r\n\r\n" + BODY, []) is not None
    assert turnstile.refusal(HEAD + fields + b"\r\n\r\n" + BODY, []) is None
