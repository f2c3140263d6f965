"""The parameters of a call: a form body, and the query of the address."""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from service.errors import BodyTooLarge

MAX_BYTES: Final = 262_144
# What blogs are written in. Python knows more names, some of which are no charset at all.
_CHARSET: Final = re.compile(
    r"utf-?8|us-ascii|latin-?1|iso-?8859-\d{1,2}|windows-125\d|koi8-[ru]"
    r"|shift_jis|euc-(jp|kr)|gb2312|gbk|gb18030|big5"
)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Form:
    """The parameters that were not empty, without control characters; the first of a name counts."""

    values: Mapping[str, str]

    def text(self, name: str, limit: int | None = None) -> str | None:
        """Return a parameter cut to `limit` characters; None when it is missing or blank."""
        value = self.values.get(name, "")[:limit]
        return value if value.strip() else None

    def all(self, name: str) -> Iterator[str]:
        """Return every value of `name`, `name[]` and `name[0]`, in order."""
        for given, value in self.values.items():
            if given == name or (given.startswith(f"{name}[") and given.endswith("]")):
                yield value

    def says(self, name: str) -> bool:
        """Tell whether a switch is on."""
        return self.values.get(name, "").strip().lower() in ("1", "true")


async def read_form(request: Request) -> Form:
    """Read body and query; raises `BodyTooLarge`. Whatever the bytes are, there is a form."""
    body = await _body(request)
    pairs = parse_form(body, request.headers.get("content-type", ""))
    pairs += parse_form(request.scope["query_string"], "")
    values: dict[str, str] = {}
    for name, value in pairs:
        # `comment_context[]` may come many times; all of them count.
        place = f"{name[:-1]}{len(values)}]" if name.endswith("[]") else name
        values.setdefault(place, value)
    return Form(values)


def parse_form(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """Return names and values in order, decoded as the charset parameter says, else as UTF-8.

    Bytes that are not what they claim to be are read as Latin-1: every byte means something there.
    """
    text = body.decode("latin-1")
    try:
        pairs = parse_qsl(text, encoding=_charset(content_type), errors="strict")
    except UnicodeDecodeError:
        pairs = parse_qsl(text, encoding="latin-1")
    return [(_CONTROL.sub("", name), _CONTROL.sub("", value)) for name, value in pairs]


def _charset(content_type: str) -> str:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        charset = value.strip().strip("\"'").lower()
        if name.strip().lower() == "charset" and _CHARSET.fullmatch(charset):
            try:
                return codecs.lookup(charset).name
            except LookupError:
                break
    return "utf-8"


async def _body(request: Request) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BYTES:
            raise BodyTooLarge(f"the body is larger than {MAX_BYTES} bytes")
        chunks.append(chunk)
    return b"".join(chunks)
