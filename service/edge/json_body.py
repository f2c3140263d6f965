"""JSON as we take it: UTF-8, no duplicate keys, no NaN or infinity, bounded depth and size."""

import json
import math
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from service.errors import BadRequest, BodyTooLarge, UnsupportedMediaType

# Our deepest document is a batch: object, list, comment, author.
MAX_DEPTH: Final = 6


def parse_json(body: bytes) -> Any:
    """Parse a body strictly; raises `BadRequest` that says what was wrong and where."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"the body is not UTF-8: byte {error.start} can't be read") from None
    try:
        parsed = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise BadRequest(
            f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise BadRequest(f"the body is nested deeper than {MAX_DEPTH} levels") from None
    if text.count("{") + text.count("[") > MAX_DEPTH:
        _check_depth(parsed, MAX_DEPTH)
    return parsed


async def read_body(receive: Receive, headers: Mapping[str, str], limit: int) -> bytes:
    """Read at most `limit` bytes, counted as they come; raises `BodyTooLarge`, `UnsupportedMediaType`."""
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("the body is compressed (Content-Encoding); send it plain")
    kind = headers.get("content-type", "application/json").split(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedMediaType(f"Content-Type is {kind[:100]!r}; send application/json")
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message["body"])
        size += len(chunks[-1])
        if size > limit:
            raise BodyTooLarge(f"the body is larger than {limit} bytes")
        if not message["more_body"]:
            return b"".join(chunks)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise BadRequest(f"the key {ascii(twice)[:100]} appears twice in one object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise BadRequest(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise BadRequest(f"the number {digits[:40]} is too large")
    return number


def _integer(digits: str) -> int:
    # No field takes more than ten digits; Python itself refuses over 4,300 with a fault of its own.
    if len(digits) > 20:
        raise BadRequest(f"the number {digits[:20]}… has too many digits")
    return int(digits)


# Made once: json.loads with hooks makes one for each call, which takes longer than the parsing.
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_constant=_refuse_constant,
    parse_float=_finite,
    parse_int=_integer,
)


def _check_depth(value: Any, allowed: int) -> None:
    if isinstance(value, dict | list):
        if allowed == 0:
            raise BadRequest(f"the body is nested deeper than {MAX_DEPTH} levels")
        for inner in value.values() if isinstance(value, dict) else value:
            _check_depth(inner, allowed - 1)
