"""One call in Akismet's protocol: read, its key found, refused in words that clients understand."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from service.addresses import client_of
from service.akismet.answer import GUID, CheckAnswer, invalid
from service.akismet.form import Form, read_form
from service.akismet.keys import given_key
from service.errors import BodyTooLarge, Problem
from service.house import House
from service.store.akismet import AkismetKey

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

KEY_HELP: Final = "the key is unknown or was revoked; make one with: winnow keys add SITE --akismet"


class Refused(Exception):
    """A call that can't be judged; the message says why, for the client's log."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what was sent, with which key, by which client."""

    house: House
    form: Form
    key: AkismetKey
    secret: str
    user_agent: str


async def read_call(request: Request, *required: str) -> Call:
    """Read a call; raises `Refused` without a good key or a required parameter, or a `Problem`."""
    house = _house(request)
    form = await read_form(request)
    secret = given_key(form, request.headers.get("host", ""))
    client = client_of(request.client.host) if request.client else ""
    key = await house.akismet_keyring.find(secret, client)
    if key is None or secret is None:
        raise Refused(KEY_HELP)
    house.rate.take(key.id)
    for name in required:
        if form.text(name) is None:
            raise Refused(f"the parameter {name} is missing")
    return Call(house, form, key, secret, request.headers.get("user-agent", ""))


async def answered(handle: Handler, request: Request) -> Response:
    """Answer a call, and a fault in the words that Akismet's clients understand."""
    try:
        return await handle(request)
    except Refused as fault:
        return plain(invalid(_house(request).new_id(), str(fault)))
    except BodyTooLarge as fault:
        return plain(invalid(_house(request).new_id(), fault.detail))
    except Problem as fault:
        headers = {**fault.headers, GUID: _house(request).new_id()}
        return Response(fault.title, fault.status, headers, media_type="text/plain")


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


def plain(answer: CheckAnswer) -> Response:
    """Return an answer as plain text with status 200, whatever it says."""
    headers = {name: _header(value) for name, value in answer.headers.items()}
    return Response(answer.body, headers=headers, media_type="text/plain")


def _header(value: str) -> str:
    """Return a value that fits a header line, whatever words it was made of."""
    return value.encode("ascii", "replace").decode()[:1000]
