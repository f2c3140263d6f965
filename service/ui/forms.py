"""Form bodies, parsed by the standard library under a small limit."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from service.edge.text_fields import clean
from service.errors import BadRequest, BodyTooLarge, UnsupportedMediaType

MOST_FIELDS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, in order."""

    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """Return the first value of a field, or nothing."""
        return next((value for key, value in self.fields if key == name), "")

    def all(self, name: str) -> list[str]:
        """Return every value of a field."""
        return [value for key, value in self.fields if key == name]


async def read_form(request: Request, limit: int) -> Form:
    """Read a form of at most `limit` bytes; raises `BodyTooLarge`, `BadRequest` and the like."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType("send the form as application/x-www-form-urlencoded")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge(f"the form is larger than {limit:,} bytes")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
        return Form(tuple((name, clean(value)) for name, value in pairs))
    except ValueError as fault:
        raise BadRequest(f"the form can't be read: {fault}") from None
