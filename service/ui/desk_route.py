"""What every request to the desk passes: its origin, its session, its token, its headers."""

import hmac
import json
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from service.edge.problems import problem_response
from service.edge.requests import house_of
from service.errors import CrossSite, Forbidden, Problem, Unauthorized
from service.reviewing.reviewer import ABSOLUTE, ReviewerRole, Session
from service.ui.forms import Form, read_form
from service.ui.rendering import page

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: that would also take the Origin from our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class OpenRoute(APIRoute):
    """A page that needs no session: logging in, accepting an invitation."""

    form_limit: ClassVar[int] = 4_096
    needs_session: ClassVar[bool] = False

    def get_route_handler(self) -> Handler:
        """Wrap the handler; faults become pages, or problem documents where JSON is asked for."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                response = await self._pass(request, handle)
            except Problem as fault:
                response = _fault(request, fault)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return guarded

    async def _pass(self, request: Request, handle: Handler) -> Response:
        if request.method == "POST":
            check_origin(request)
        if self.needs_session:
            house = await house_of(request)
            found = await run_in_threadpool(house.visits.session, secret_of(request))
            if found is None:
                return _to_login(request)
            request.state.session = found
        if request.method == "POST":
            form = await read_form(request, self.form_limit)
            if self.needs_session:
                _check_token(form, session_of(request))
            request.state.form = form
        return await handle(request)


class DeskRoute(OpenRoute):
    """A page for people who are logged in."""

    # All of a site's lists, with room; checked only after the session.
    form_limit = 262_144
    needs_session = True


def session_of(request: Request) -> Session:
    """Return the session that `DeskRoute` found."""
    session: Session = request.state.session
    return session


def admin_of(request: Request) -> Session:
    """Return the session of an admin; raises `Forbidden`."""
    session = session_of(request)
    if session.role is not ReviewerRole.ADMIN:
        raise Forbidden("this page is for admins of the site")
    return session


def form_of(request: Request) -> Form:
    """Return the form that was sent."""
    form: Form = request.state.form
    return form


def secret_of(request: Request) -> str | None:
    """Return the session's secret from the cookie."""
    return request.cookies.get(_cookie(request))


def set_secret(request: Request, response: Response, secret: str) -> None:
    """Hand the secret to the browser: no script reads it, and over https no other host sets it."""
    response.set_cookie(
        _cookie(request),
        secret,
        max_age=ABSOLUTE // 1_000_000,
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )


def drop_secret(request: Request, response: Response) -> None:
    """Let the browser forget the secret."""
    response.delete_cookie(
        _cookie(request), path="/", secure=_is_https(request), httponly=True, samesite="lax"
    )


def is_private(request: Request) -> bool:
    """Tell whether a password may travel here: over https, or on this very machine."""
    return _is_https(request) or (request.url.hostname or "") in LOOPBACK


def wants_json(request: Request) -> bool:
    """Tell whether the desk's own script asks."""
    return request.headers.get("accept") == "application/json"


def check_origin(request: Request) -> None:
    """Refuse what another site's page sends; raises `CrossSite`.

    Browsers say where a request comes from in Sec-Fetch-Site, older ones in Origin; a script can
    forge neither. Without both it is no browser that we know, and no one is logged in there.
    """
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        if fetch_site != "same-origin":
            raise CrossSite("this form was sent from another site")
        return
    origin = urlsplit(request.headers.get("origin", ""))
    if not origin.netloc or origin.netloc != request.headers.get("host"):
        raise CrossSite("this form was sent from another site, or from no page at all")


def _check_token(form: Form, session: Session) -> None:
    if not hmac.compare_digest(form.get("csrf").encode(), session.csrf.encode()):
        raise CrossSite("this form is not of your session; load the page again")


def _to_login(request: Request) -> Response:
    if request.method == "GET" and not wants_json(request):
        there = quote(f"{request.url.path}?{request.url.query}".rstrip("?"), safe="")
        return RedirectResponse(f"/review/login?next={there}", 303)
    raise Unauthorized("your session has ended; log in again and nothing is lost")


def _fault(request: Request, fault: Problem) -> Response:
    request_id = str(getattr(request.state, "request_id", ""))
    if wants_json(request):
        return problem_response(fault, request_id)
    response = page("problem.html", fault.status, fault=fault, request_id=request_id)
    response.headers.update(fault.headers)
    return response


def _cookie(request: Request) -> str:
    return "__Host-winnow" if _is_https(request) else "winnow"


def _is_https(request: Request) -> bool:
    return request.url.scheme == "https"


def json_answer(fields: dict[str, Any]) -> Response:
    """Answer the desk's own script."""
    return Response(json.dumps(fields).encode(), media_type="application/json")
