"""Logging in and out, and accepting an invitation."""

from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from service.edge.requests import HouseDep
from service.errors import Forbidden, NotFound, TooManyRequests
from service.reviewing.passwords import WeakPassword
from service.reviewing.visits import Refused
from service.store.reviewers import sites_of
from service.store.sessions import turn_session
from service.ui.desk_route import (
    DeskRoute,
    OpenRoute,
    drop_secret,
    form_of,
    is_private,
    secret_of,
    session_of,
    set_secret,
)
from service.ui.rendering import page

router = APIRouter(prefix="/review", route_class=OpenRoute, include_in_schema=False)
inside = APIRouter(prefix="/review", route_class=DeskRoute, include_in_schema=False)

HOME: Final = "/review"


@router.get("/login")
def login_page(request: Request) -> Response:
    """Ask for name and password."""
    return page(
        "login.html",
        next=_there(request.query_params.get("next", "")),
        private=is_private(request),
        refused="",
        name="",
    )


@router.post("/login")
def log_in(request: Request, house: HouseDep) -> Response:
    """Start a session, or say that name or password is wrong."""
    _check_private(request)
    form = form_of(request)
    address = request.client.host if request.client else ""
    result = house.visits.log_in(
        form.get("name").strip(), form.get("password"), address, secret_of(request)
    )
    there = _there(form.get("next"))
    if isinstance(result, Refused):
        response = page(
            "login.html",
            TooManyRequests.status if result.seconds else 401,
            next=there,
            private=True,
            refused=result.sentence,
            name=form.get("name")[:80],
        )
        if result.seconds:
            response.headers["Retry-After"] = str(result.seconds)
        return response
    return _enter(request, result, there)


@router.get("/welcome")
def welcome(request: Request, house: HouseDep) -> Response:
    """Ask an invited person for a name and a password."""
    secret = request.query_params.get("link", "")
    invitation = house.visits.invitation(secret)
    if invitation is None:
        raise NotFound("this link was used or has ended; ask an admin for another")
    return page(
        "welcome.html",
        link=secret,
        role=invitation.role.value,
        refused="",
        name="",
        private=is_private(request),
    )


@router.post("/welcome")
def accept(request: Request, house: HouseDep) -> Response:
    """Make the reviewer, use the link up, and start a session."""
    _check_private(request)
    form = form_of(request)
    secret, name = form.get("link"), form.get("name")
    try:
        result = house.visits.accept(secret, name, form.get("password"))
    except WeakPassword as fault:
        result = Refused(str(fault))
    if isinstance(result, Refused):
        invitation = house.visits.invitation(secret)
        if invitation is None:
            raise NotFound(result.sentence)
        return page(
            "welcome.html",
            422,
            link=secret,
            role=invitation.role.value,
            refused=result.sentence,
            name=name[:80],
            private=True,
        )
    return _enter(request, result, HOME)


@inside.post("/logout")
def log_out(request: Request, house: HouseDep) -> Response:
    """End the session here and in the store."""
    house.visits.log_out(secret_of(request) or "")
    response = RedirectResponse("/review/login", 303)
    drop_secret(request, response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@inside.post("/site")
def turn(request: Request, house: HouseDep) -> Response:
    """Go on at another site of this reviewer."""
    session, site_id = session_of(request), form_of(request).get("site")
    with house.store.writing() as connection:
        if site_id not in sites_of(connection, session.reviewer.id):
            raise Forbidden("you don't review this site")
        turn_session(connection, session.fingerprint, site_id)
    return RedirectResponse(HOME, 303)


def _enter(request: Request, secret: str, there: str) -> Response:
    response = RedirectResponse(there, 303)
    set_secret(request, response, secret)
    return response


def _check_private(request: Request) -> None:
    if not is_private(request):
        raise Forbidden("passwords travel over https only; put a proxy with a certificate in front")


def _there(wanted: str) -> str:
    """Return a path of the desk to go on to, and never another site's address."""
    inner = wanted.startswith((f"{HOME}?", f"{HOME}/")) or wanted == HOME
    return wanted if inner and "\\" not in wanted else HOME
