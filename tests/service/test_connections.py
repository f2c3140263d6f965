import asyncio
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal

import pytest
import uvicorn

from service.connection_limits import ConnectionDeadlines, ConnectionLimits
from service.connections import protocol_class
from service.refusals import Cut

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
    deadlines: ConnectionDeadlines = SHORT, limits: ConnectionLimits = LIMITS, loop: Loop = "uvloop"
) -> Iterator[Served]:
    cuts: Counter[Cut] = Counter()
    seen: list[str] = []
    config = uvicorn.Config(
        application(seen),
        http=protocol_class(deadlines, limits, cuts),
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


def problem(reply: bytes) -> tuple[int, dict[str, Any]]:
    head, _, body = reply.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    assert b"connection: close" in head
    document = json.loads(body)
    status = int(head.split()[1])
    assert document["status"] == status
    assert document["detail"]
    return status, document


@pytest.fixture(scope="module")
def short() -> Iterator[Served]:
    with running() as served:
        yield served


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def either(request: pytest.FixtureRequest) -> Iterator[Served]:
    """Either loop: they buffer, pause and close each in its own way."""
    with running(loop=request.param) as served:
        yield served


@pytest.fixture(scope="module")
def ample() -> Iterator[Served]:
    with running(AMPLE) as served:
        yield served


def test_a_silent_connection_is_closed_without_a_word(short: Served) -> None:
    before = short.cuts[Cut.SILENT]
    with short.connect() as client:
        assert read_to_end(client) == b""
    assert short.cuts[Cut.SILENT] == before + 1


def test_blank_lines_are_as_good_as_silence(short: Served) -> None:
    before = short.cuts[Cut.SILENT]
    with short.connect() as client:
        drip(client, b"\r\n" * 400)
        assert read_to_end(client) == b""
    assert short.cuts[Cut.SILENT] == before + 1


def test_half_a_head_is_told_that_it_took_too_long(either: Served) -> None:
    with either.connect() as client:
        client.sendall(GET[:-2])
        status, document = problem(read_to_end(client))
    assert status == 408
    assert "header" in document["detail"]


def test_dripping_the_head_does_not_extend_its_deadline(short: Served) -> None:
    before = short.cuts[Cut.SLOW_HEAD]
    with short.connect() as client:
        drip(client, b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 2_000)
        read_to_end(client)
    assert short.cuts[Cut.SLOW_HEAD] == before + 1


@pytest.mark.parametrize(
    "head",
    [
        b"POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 5000\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n",
    ],
    ids=["length", "chunked"],
)
def test_dripping_the_body_does_not_extend_its_deadline(short: Served, head: bytes) -> None:
    disconnects = short.seen.count("disconnect")
    with short.connect() as client:
        client.sendall(head)
        drip(client, b"a" * 2_000)
    with short.connect() as client:
        client.sendall(head + b"abc")
        status, document = problem(read_to_end(client))
    assert status == 408
    assert "body" in document["detail"]
    eventually(lambda: short.seen.count("disconnect") == disconnects + 2)


def test_a_head_is_cut_off_on_a_connection_that_was_good_before(short: Served) -> None:
    with short.connect() as client:
        client.sendall(GET)
        assert read_reply(client).endswith(b"0 bytes")
        client.sendall(GET[:10])
        assert problem(read_to_end(client))[0] == 408


@pytest.mark.parametrize("path", [b"/large", b"/medium"], ids=["paused", "buffered"])
@pytest.mark.parametrize("connection", [b"keep-alive", b"close"])
def test_a_client_that_does_not_read_its_reply_is_cut_off(
    either: Served, path: bytes, connection: bytes
) -> None:
    before = either.cuts[Cut.SLOW_READER]
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.connect(("127.0.0.1", either.port))
        client.sendall(b"GET %s HTTP/1.1\r\nConnection: %s\r\n\r\n" % (path, connection))
        eventually(lambda: either.cuts[Cut.SLOW_READER] == before + 1)
        eventually(lambda: either.open == 0)


def test_an_idle_connection_is_closed_between_requests(short: Served) -> None:
    before = short.cuts[Cut.IDLE]
    with short.connect() as client:
        for _ in range(2):
            client.sendall(GET)
            assert read_reply(client).endswith(b"0 bytes")
        assert read_to_end(client) == b""
    assert short.cuts[Cut.IDLE] == before + 1


def test_a_connection_in_use_outlives_the_deadlines_of_its_requests() -> None:
    with running(ConnectionDeadlines(0.2, 0.2, 0.2, idle=30)) as served, served.connect() as client:
        ends = time.monotonic() + 1
        while time.monotonic() < ends:
            client.sendall(GET)
            assert read_reply(client).endswith(b"0 bytes")
            time.sleep(0.02)


def test_our_own_slowness_is_not_the_clients_fault(short: Served) -> None:
    with short.connect() as client:
        client.sendall(GET.replace(b"/", b"/slow", 1) + GET)
        assert read_reply(client).endswith(b"0 bytes")
        assert read_reply(client).endswith(b"0 bytes")


def test_a_body_that_never_ends_is_cut_off_after_an_early_reply(short: Served) -> None:
    before = short.cuts[Cut.SLOW_BODY]
    with short.connect() as client:
        client.sendall(b"POST /early HTTP/1.1\r\nContent-Length: 500\r\n\r\nabc")
        assert read_reply(client).endswith(b"3 bytes")
        assert read_to_end(client) == b""
    assert short.cuts[Cut.SLOW_BODY] == before + 1


FIELDS = b"".join(b"X-%d: 1\r\n" % number for number in range(65))
TOO_MUCH = {
    "fields": (431, b"GET / HTTP/1.1\r\n" + FIELDS + b"\r\n"),
    "head": (431, b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 16_384 + b"\r\n\r\n"),
    "head without an end": (431, b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 20_000),
    "url": (414, b"GET /" + b"a" * 4_096 + b" HTTP/1.1\r\n\r\n"),
    "url without an end": (414, b"GET /" + b"a" * 20_000),
    "blank lines": (431, b"\r\n" * 10_000),
    "not http": (400, b"\x16\x03\x01\x02\x00 hello\r\n\r\n"),
    "smuggled": (400, b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"),
    "connect": (400, b"CONNECT inside.example:22 HTTP/1.1\r\n\r\n"),
}


@pytest.mark.parametrize(("status", "data"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_too_much_is_refused_by_a_problem_document(ample: Served, status: int, data: bytes) -> None:
    before = len(ample.seen)
    with ample.connect() as client:
        client.sendall(data)
        assert problem(read_to_end(client))[0] == status
    assert len(ample.seen) == before


def test_as_much_as_is_allowed_is_answered(ample: Served) -> None:
    fields = b"".join(b"X-%02d: %s\r\n" % (number, b"a" * 150) for number in range(62))
    url = b"/" + b"a" * 4_000
    body = b"b" * 300_000
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    with ample.connect() as client:
        client.sendall(b"POST " + url + b" HTTP/1.1\r\n" + fields + length + body)
        assert read_reply(client).endswith(b"300000 bytes")


def test_pipelined_requests_are_answered_in_order_whatever_their_size(ample: Served) -> None:
    requests = b"".join(
        b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (size, b"a" * size)
        for size in (40_000, 3, 50_000, 0)
    )
    with ample.connect() as client:
        client.sendall(requests)
        for size in (40_000, 3, 50_000, 0):
            assert read_reply(client).endswith(b"\r\n\r\n%d bytes" % size)


def test_a_fault_behind_an_open_request_closes_without_a_false_answer(ample: Served) -> None:
    with ample.connect() as client:
        client.sendall(GET.replace(b"/", b"/slow", 1) + b"\x00nonsense\r\n\r\n")
        assert read_to_end(client) == b""


def test_trailers_never_become_headers(ample: Served) -> None:
    chunked = b"POST /trailed HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
    with ample.connect() as client:
        client.sendall(chunked + b"Authorization: Bearer stolen\r\n\r\n")
        assert read_reply(client).endswith(b"3 bytes")
    assert ample.seen[-1] == "/trailed transfer-encoding"


@pytest.mark.parametrize(
    ("cut", "endless"),
    [
        (Cut.TOO_MANY_FIELDS, b"0\r\n" + b"".join(b"T-%d: 1\r\n" % n for n in range(4_000))),
        (Cut.REQUEST_TOO_LARGE, b"0\r\nTrailer: " + b"a" * 200_000),
        (Cut.REQUEST_TOO_LARGE, b"1;extension=" + b"a" * 200_000),
    ],
    ids=["trailers", "trailer", "chunk extension"],
)
def test_what_the_application_never_sees_is_bounded_too(cut: Cut, endless: bytes) -> None:
    limits = ConnectionLimits(request_bytes=100_000)
    with running(AMPLE, limits) as served, served.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + endless)
        assert problem(read_to_end(client))[0] in (413, 431)
        assert served.cuts == {cut: 1}


def test_an_upgrade_is_declined_by_an_ordinary_answer(ample: Served) -> None:
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\n"
    with ample.connect() as client:
        client.sendall(GET[:-2] + upgrade + b"\r\n")
        assert read_reply(client).endswith(b"0 bytes")


@pytest.mark.parametrize(
    ("limits", "cut"),
    [
        (ConnectionLimits(connections=3), Cut.TOO_MANY_CONNECTIONS),
        (ConnectionLimits(per_client=3), Cut.TOO_MANY_FROM_CLIENT),
    ],
    ids=["all", "one client"],
)
def test_one_connection_too_many_is_refused_and_its_place_comes_back(
    limits: ConnectionLimits, cut: Cut
) -> None:
    with running(AMPLE, limits) as served, ExitStack() as stack:
        held = [stack.enter_context(served.connect()) for _ in range(3)]
        for client in held:
            client.sendall(GET.replace(b"/", b"/held", 1))
        eventually(lambda: len(served.seen) == 3)
        with served.connect() as client:
            client.sendall(GET)
            reply = read_to_end(client)
        assert problem(reply)[0] == 503
        assert b"retry-after: 1\r\n" in reply
        assert served.cuts == {cut: 1}
        held[0].close()
        eventually(lambda: served.open == 2)
        with served.connect() as client:
            client.sendall(GET)
            assert read_reply(client).endswith(b"0 bytes")


def test_a_newcomer_takes_the_place_of_whoever_has_owed_us_something_for_longest() -> None:
    with running(AMPLE, ConnectionLimits(connections=20)) as served, ExitStack() as stack:
        busy = stack.enter_context(served.connect())
        busy.sendall(GET.replace(b"/", b"/held", 1))
        eventually(lambda: len(served.seen) == 1)
        oldest = stack.enter_context(served.connect())
        eventually(lambda: served.open == 2)
        for start in list(STALLS.values()) * 10:
            with suppress(ConnectionError):
                stack.enter_context(served.connect()).sendall(start)
        for _ in range(5):
            with served.connect() as client:
                client.sendall(GET)
                assert read_reply(client).endswith(b"0 bytes")
        assert read_to_end(oldest) == b""
        assert served.cuts.keys() == {Cut.CROWDED_OUT}
        with served.connect() as client:
            client.sendall(GET.replace(b"/", b"/after", 1))
            read_reply(client)
        busy.settimeout(0.1)
        with pytest.raises(TimeoutError):
            busy.recv(1)


def test_a_trusted_proxy_may_hold_more_than_one_client() -> None:
    limits = ConnectionLimits(per_client=1, trusted_proxies=(ip_network("127.0.0.0/8"),))
    with running(AMPLE, limits) as served, ExitStack() as stack:
        for _ in range(5):
            client = stack.enter_context(served.connect())
            client.sendall(GET)
            assert read_reply(client).endswith(b"0 bytes")
        assert not served.cuts


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


def test_an_ordinary_request_beside_300_stalled_sockets_is_answered(ample: Served) -> None:
    before = descriptors()
    with ExitStack() as stack:
        stall(ample, stack)
        eventually(lambda: ample.open == 300)
        with ample.connect() as client:
            client.sendall(GET)
            assert read_reply(client).endswith(b"0 bytes")
        assert ample.open >= 300
    eventually(lambda: descriptors() == before)


def test_300_stalled_sockets_are_cut_off_and_their_descriptors_come_back(either: Served) -> None:
    eventually(lambda: either.open == 0)
    before, cuts = descriptors(), Counter(either.cuts)
    with ExitStack() as stack:
        stall(either, stack)
        eventually(lambda: either.cuts - cuts == dict.fromkeys(STALLS, 75))
        eventually(lambda: either.open == 0)
        assert descriptors() <= before + 300, "ours are closed, whether or not theirs are"
    eventually(lambda: descriptors() == before)


def test_stopping_does_not_wait_for_idle_or_half_sent_requests() -> None:
    with running(AMPLE) as served, served.connect() as idle, served.connect() as half:
        idle.sendall(GET)
        read_reply(idle)
        half.sendall(GET[:20])
        eventually(lambda: served.open == 2)
