"""Answers in one write, on a real connection."""

import json
import re
import socket

import httpx
import pytest

from service.edge.whole_answer import _head
from tests.service.running import KEY
from tests.service.tiny_bundle import HAM


def _request(number: int, *fields: str, body: bytes | None = None) -> bytes:
    sent = body if body is not None else json.dumps({"content": f"{HAM} {number}"}).encode()
    lines = (
        "POST /v1/comments HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {KEY}",
        "Content-Type: application/json",
        f"Content-Length: {len(sent)}",
        f"X-Request-ID: request-{number}",
        *fields,
    )
    return "\r\n".join((*lines, "", "")).encode() + sent


def _exchange(client: httpx.Client, sent: bytes) -> bytes:
    """Send some requests of which the last closes; return all that came back."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), 20) as line:
        line.sendall(sent)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_requests_one_behind_the_other_are_answered_in_order(client: httpx.Client) -> None:
    requests = [_request(number) for number in range(3)]
    came = _exchange(client, b"".join([*requests, _request(3, "Connection: close")]))
    assert re.findall(rb"HTTP/1.1 (\d+)", came) == [b"201"] * 4
    assert re.findall(rb"x-request-id: request-(\d)", came) == [b"0", b"1", b"2", b"3"]
    assert came.count(b"connection: close") == 1
    assert came.count(b"date: ") == 4


def test_the_length_told_is_the_length_sent(client: httpx.Client) -> None:
    head, _, body = _exchange(client, _request(1, "Connection: close")).partition(b"\r\n\r\n")
    told = re.search(rb"content-length: (\d+)", head)
    assert told is not None
    assert int(told[1]) == len(body)
    assert json.loads(body)["decision"]


def test_a_fault_leaves_in_the_same_way(client: httpx.Client) -> None:
    came = _exchange(client, _request(1, "Connection: close", body=b"{"))
    assert came.startswith(b"HTTP/1.1 400 ")
    assert came.count(b"x-request-id: request-1") == 1
    assert json.loads(came.partition(b"\r\n\r\n")[2])["request_id"] == "request-1"


def test_no_header_can_begin_another_line() -> None:
    with pytest.raises(ValueError, match="line break"):
        _head(200, [(b"x", b"1\r\ny: 2")])
