"""Every fault that a caller can see, and the one place that knows its status code.

Problem
  x BadRequest             400  the body is not JSON as we take it
  x Unauthorized           401  no key, or not one of ours
  x Forbidden              403  the key lacks the scope
  x CrossSite              403  a form that another site's page sent
  x NotFound               404  not there, or another site's
  x Conflict               409  the same id with another body
  x BodyTooLarge           413
  x UnsupportedMediaType   415
  x Invalid                422  a field is wrong; names each
  x TooManyRequests        429
  x Unavailable            503  we could not decide and store
      + StoreUnavailable        the database did not take it
      + Overloaded              the wait was too long
          + QueueFull           no room to wait
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that is wrong, by its dotted path, and what it should be."""

    field: str
    message: str


class Problem(Exception):
    """A fault that is told to the caller as an RFC 9457 problem document."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something broke on our side"

    def __init__(
        self,
        detail: str,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def document(self, request_id: str) -> dict[str, Any]:
        """Return the problem document (RFC 9457) with our two members: errors and request_id."""
        return {
            "type": f"urn:winnow:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "errors": [{"field": e.field, "message": e.message} for e in self.errors],
            "request_id": request_id,
        }


class BadRequest(Problem):
    """The body is not JSON as we take it."""

    status = 400
    code = "malformed-json"
    title = "The body can't be read"


class Unauthorized(Problem):
    """No key, or not one of ours."""

    status = 401
    code = "unauthorized"
    title = "A valid key is needed"


class Forbidden(Problem):
    """The key lacks the scope."""

    status = 403
    code = "forbidden"
    title = "This key may not do that"


class CrossSite(Problem):
    """A form that did not come from the desk's own page."""

    status = 403
    code = "cross-site"
    title = "This did not come from the review desk"


class NotFound(Problem):
    """Not there, or another site's: the two are told apart to nobody."""

    status = 404
    code = "not-found"
    title = "Not found"


class MethodNotAllowed(Problem):
    """The path exists, the method does not."""

    status = 405
    code = "method-not-allowed"
    title = "Method not allowed"


class Conflict(Problem):
    """What was sent contradicts what is stored."""

    status = 409
    code = "conflict"
    title = "This contradicts what is stored"


class BodyTooLarge(Problem):
    """More bytes than this address takes."""

    status = 413
    code = "body-too-large"
    title = "The body is too large"


class UnsupportedMediaType(Problem):
    """Not plain JSON."""

    status = 415
    code = "unsupported-media-type"
    title = "Send plain JSON"


class Invalid(Problem):
    """Well-formed, but a field is wrong."""

    status = 422
    code = "invalid"
    title = "A field is wrong"


class TooManyRequests(Problem):
    """This key is over its rate."""

    status = 429
    code = "too-many-requests"
    title = "Too many requests"


class Unavailable(Problem):
    """We could not decide and store; the blog should hold the comment and ask again."""

    status = 503
    code = "unavailable"
    title = "Not available now"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Retry-After": "1"})


class StoreUnavailable(Unavailable):
    """The database did not take it."""

    code = "store-unavailable"


class Overloaded(Unavailable):
    """The wait queue is full, or the wait was too long."""

    code = "overloaded"


class QueueFull(Overloaded):
    """There is no room in the wait queue."""

    def __init__(self) -> None:
        super().__init__("too many comments are waiting; ask again in a second")


def told(fault: Exception) -> str:
    """Return a fault and its cause as one line for the operator."""
    cause = str(fault.__cause__ or "").partition("\n")[0]
    return f"{fault} ({cause})" if cause else str(fault)
