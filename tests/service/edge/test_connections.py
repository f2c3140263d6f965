import socket
import time

import pytest

from service.edge.connection_limits import ConnectionDeadlines, ConnectionLimits
from service.edge.refusals import Cut
from tests.service.stalling import (
    AMPLE,
    GET,
    Served,
    drip,
    eventually,
    problem,
    read_reply,
    read_to_end,
    running,
)


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
