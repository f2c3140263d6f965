"""Text from outside: the one place where untrusted input is cleaned."""

import re
import socket
from ipaddress import ip_address, ip_network
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

CONTENT_LIMIT: Final = 50_000
WORD_LENGTHS: Final = (2, 200)

# NUL can't be stored in PostgreSQL, and no reader types the others; tab, line feed, return stay.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_PRINTABLE = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f]"
# The same rules as JSON Schema says them, for the published API document.
PRINTABLE: Final[dict[str, Any]] = {"pattern": f"^{_PRINTABLE}*$"}
VISIBLE: Final[dict[str, Any]] = {"pattern": rf"^(?=[\s\S]*\S){_PRINTABLE}*$"}
ADDRESS: Final[dict[str, Any]] = {"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}


def clean(text: str) -> str:
    """Return `text` unchanged; raises ValueError if it holds control characters or lone surrogates."""
    found = _FORBIDDEN.search(text)
    if found is not None:
        kind = "control characters" if found[0] < " " else "lone surrogates"
        raise ValueError(f"must not contain {kind}")
    return text


def _visible(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _address(text: str) -> str:
    # The system tells an IPv4 address in a tenth of the time.
    try:
        socket.inet_pton(socket.AF_INET, text)
    except OSError:
        ip_address(text)
    return text


def _network(text: str) -> str:
    return str(ip_network(text, strict=False))


def _folded(text: str) -> str:
    folded = text.strip().casefold()
    # What is left after folding is what is stored, and read again: "ŉ" becomes two letters.
    if not WORD_LENGTHS[0] <= len(folded) <= WORD_LENGTHS[1]:
        raise ValueError("must have from {} to {} characters".format(*WORD_LENGTHS))
    return folded


_clean = AfterValidator(clean)

Content = Annotated[
    str,
    Field(min_length=1, max_length=CONTENT_LIMIT, json_schema_extra=VISIBLE),
    _clean,
    AfterValidator(_visible),
]
Text = Annotated[str, Field(json_schema_extra=PRINTABLE), _clean]
Id = Annotated[str, Field(min_length=1, max_length=128, json_schema_extra=PRINTABLE), _clean]
Tag = Annotated[str, Field(max_length=40, json_schema_extra=PRINTABLE), _clean]
Line = Annotated[str, Field(max_length=500, json_schema_extra=PRINTABLE), _clean]
Title = Annotated[str, Field(max_length=1000, json_schema_extra=PRINTABLE), _clean]
Url = Annotated[str, Field(max_length=2048, json_schema_extra=PRINTABLE), _clean]
Excerpt = Annotated[str, Field(max_length=5000, json_schema_extra=PRINTABLE), _clean]
Address = Annotated[
    str, Field(max_length=45, json_schema_extra=ADDRESS), _clean, AfterValidator(_address)
]
Word = Annotated[
    str,
    Field(min_length=WORD_LENGTHS[0], max_length=WORD_LENGTHS[1], json_schema_extra=PRINTABLE),
    _clean,
    AfterValidator(_folded),
]
Network = Annotated[str, Field(min_length=2, max_length=50), _clean, AfterValidator(_network)]
