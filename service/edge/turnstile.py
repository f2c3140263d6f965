"""The short way out for a comment that finds the queue full.

Under a flood most requests are refused, and one that comes as far as the application costs a third of
what deciding does. So the connection itself answers one that came in one piece, before it is parsed.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from service.edge.refusals import reply_to
from service.errors import QueueFull

START: Final = b"POST /v1/comments HTTP/1.1\r\n"
# Of these a parser has to make something; all other fields mean nothing to a refusal.
_LENGTHS: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,7})[ \t]*(?=\r\n)")
_OF_WEIGHT: Final = re.compile(
    rb"\r\n(?:expect|transfer-encoding|upgrade|content-length|connection(?!: keep-alive\r\n))"
)

Fields = Sequence[tuple[bytes, bytes]]


class Turnstile:
    """Turns comments away while `is_full` says so, and counts them."""

    def __init__(self, is_full: Callable[[], bool], count: Callable[[], None]) -> None:
        self._is_full = is_full
        self._count = count
        self._made_for: Fields | None = None
        self._reply = b""

    def refusal(self, data: bytes, headers: Fields) -> bytes | None:
        """Return the whole reply if these bytes are one comment that need not come in, else None.

        `data` is what came on an idle connection; `headers` are the server's own, a new list whenever
        they change. The document's request_id is empty: the request gets no log line.
        """
        if not data.startswith(START) or not self._is_full() or not _is_one_plain_request(data):
            return None
        self._count()
        if headers is not self._made_for:
            self._made_for, self._reply = headers, reply_to(QueueFull(), headers)
        return self._reply


def _is_one_plain_request(data: bytes) -> bool:
    """Tell whether this is a request with all of its body and nothing behind, that keeps its connection."""
    head, _, body = data.partition(b"\r\n\r\n")
    fields = head.lower() + b"\r\n"
    length = _LENGTHS.search(fields)
    return (
        length is not None
        and int(length[1]) == len(body)
        and len(_OF_WEIGHT.findall(fields)) == 1
        and b"\n" not in fields.replace(b"\r\n", b"")
    )
