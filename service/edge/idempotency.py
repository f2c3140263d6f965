"""The header Idempotency-Key: a caller's own name for one request."""

import re
from collections.abc import Mapping
from typing import Final

from service.errors import FieldError, Invalid

_VISIBLE: Final = re.compile("[!-~]{1,255}")


def idempotency_key_of(headers: Mapping[str, str]) -> str | None:
    """Return the Idempotency-Key header; raises `Invalid` unless it is 1 to 255 visible characters."""
    given = headers.get("idempotency-key")
    if given is not None and not _VISIBLE.fullmatch(given):
        wrong = FieldError("Idempotency-Key", "must be 1 to 255 visible ASCII characters")
        raise Invalid("see errors: Idempotency-Key", [wrong])
    return given
