"""Where a page ends, as an opaque word that the next request brings back."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from service.errors import FieldError, Invalid


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row's place in the order, and its id for those that share the place."""

    value: float
    id: str

    def __str__(self) -> str:
        return urlsafe_b64encode(json.dumps([self.value, self.id]).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str | None) -> "Cursor | None":
        """Read what `str` wrote; raises `Invalid` for anything else."""
        if not text:
            return None
        try:
            value, row_id = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (ValueError, TypeError):
            raise _invalid() from None
        if not isinstance(value, int | float) or not isinstance(row_id, str) or "\0" in row_id:
            raise _invalid()
        if abs(value) > 2**62:
            raise _invalid()
        return cls(value, row_id)


@dataclass(frozen=True, slots=True)
class Page:
    """How many rows, and after which one."""

    limit: int
    after: Cursor | None = None


def _invalid() -> Invalid:
    field = FieldError("cursor", "must be the `next` of an earlier answer")
    return Invalid("see errors: cursor", [field])
