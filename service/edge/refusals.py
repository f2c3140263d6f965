"""What a client is told whose bytes never became a request the application sees."""

import json
from collections.abc import Iterable
from enum import StrEnum
from http import HTTPStatus

from service.errors import BadRequest, BodyTooLarge, Overloaded, Problem


class Cut(StrEnum):
    """Why a connection was closed by us; the names are those of the metric."""

    SILENT = "silent"
    SLOW_HEAD = "slow_head"
    SLOW_BODY = "slow_body"
    SLOW_READER = "slow_reader"
    IDLE = "idle"
    HEAD_TOO_LARGE = "head_too_large"
    TOO_MANY_FIELDS = "too_many_fields"
    URL_TOO_LONG = "url_too_long"
    REQUEST_TOO_LARGE = "request_too_large"
    MALFORMED = "malformed"
    CROWDED_OUT = "crowded_out"
    TOO_MANY_CONNECTIONS = "too_many_connections"
    TOO_MANY_FROM_CLIENT = "too_many_from_client"


class RequestTimeout(Problem):
    """The request did not arrive in time."""

    status = 408
    code = "request-timeout"
    title = "The request did not arrive in time"


class UrlTooLong(Problem):
    """The address asked for is too long."""

    status = 414
    code = "url-too-long"
    title = "The URL is too long"


class HeadTooLarge(Problem):
    """Too many header fields, or too many bytes of them."""

    status = 431
    code = "head-too-large"
    title = "The header fields are too large"


class NotHttp(BadRequest):
    """The bytes are not HTTP."""

    code = "malformed-request"
    title = "The request can't be read"


_PROBLEMS: dict[Cut, Problem] = {
    Cut.SLOW_HEAD: RequestTimeout("The header fields took too long to arrive; send them at once."),
    Cut.SLOW_BODY: RequestTimeout("The body took too long to arrive; send it at once."),
    Cut.HEAD_TOO_LARGE: HeadTooLarge("The header fields have too many bytes together."),
    Cut.TOO_MANY_FIELDS: HeadTooLarge("There are too many header fields."),
    Cut.URL_TOO_LONG: UrlTooLong("The path and query have too many bytes together."),
    Cut.REQUEST_TOO_LARGE: BodyTooLarge("The request is larger than any that we take."),
    Cut.MALFORMED: NotHttp("The bytes are not a valid HTTP/1.1 request."),
    Cut.TOO_MANY_CONNECTIONS: Overloaded("All connections are taken; try again in a second."),
    Cut.TOO_MANY_FROM_CLIENT: Overloaded(
        "This address holds as many connections as one client may; use them again or close some."
    ),
}


def refusal(cut: Cut, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the whole HTTP/1.1 reply, a problem document, that goes before we close.

    `headers` are the server's own (Date). The document's request_id is empty: no request was
    made of these bytes, so no log line has one. Raises KeyError for a cut that is not answered.
    """
    return reply_to(_PROBLEMS[cut], ((b"connection", b"close"), *headers))


def reply_to(problem: Problem, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return a problem document as a whole HTTP/1.1 reply, for a request that got no id."""
    body = json.dumps(problem.document("")).encode()
    fields = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", b"%d" % len(body)),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
        *headers,
    ]
    status = b"HTTP/1.1 %d %s\r\n" % (problem.status, HTTPStatus(problem.status).phrase.encode())
    return status + b"".join(b"%s: %s\r\n" % field for field in fields) + b"\r\n" + body
