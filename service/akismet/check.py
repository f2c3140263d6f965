"""The call that every comment makes: decide it, store the decision, answer yes or no."""

import asyncio
from dataclasses import replace

import structlog
from starlette.requests import Request
from starlette.responses import Response

from service.akismet.answer import GUID, CheckAnswer, check_answer
from service.akismet.call import Call, plain, read_call
from service.akismet.callback import trusted_callback
from service.akismet.client import hold_for
from service.akismet.reading import (
    FormComment,
    is_administrator,
    is_guaranteed_spam,
    read_comment,
    wants_discard,
)
from service.akismet.slashes import as_typed
from service.clock import now
from service.deciding.arrival import arrive
from service.deciding.reply import Reply
from service.errors import StoreUnavailable
from service.house import House
from service.store.endpoints import NewEndpoint, set_callback

log = structlog.get_logger("winnow.akismet")


async def comment_check(request: Request) -> Response:
    """Decide a comment and store the decision, then answer yes or no."""
    house: House = request.app.state.house
    house.batcher.admit()
    call = await read_call(request, "blog", "user_ip")
    if is_guaranteed_spam(call.form) and not is_administrator(call.form):
        return plain(_guaranteed(call))
    reply = await decided(call, read_comment(as_typed(call.form, call.user_agent)))
    await _remember_callback(call)
    hold = hold_for(call.user_agent, call.key.hold)
    review = f"{call.house.settings.public_url or ''}/review/comments/{reply.id}"
    return plain(check_answer(reply, hold, review, may_discard=call.key.may_discard))


async def decided(call: Call, comment: FormComment) -> Reply:
    """Return the reply to a comment once its decision is on disk."""
    arrival = arrive(call.key.site_id, comment.comment(), comment.document(), now())
    if is_administrator(call.form):
        # Never the answer of a twin that was sent without the role: this one is always ham.
        arrival = replace(arrival, identity=None)
    reply = await call.house.batcher.submit(arrival)
    call.house.metrics.decided(reply.decision)
    return reply


def _guaranteed(call: Call) -> CheckAnswer:
    """Answer a client's own test for spam; nothing is stored, for nothing was decided."""
    headers = {
        GUID: call.house.new_id(),
        "X-Winnow-Decision": "reject",
        "X-Winnow-Reason": "guaranteed_spam",
    }
    discard = {"X-akismet-pro-tip": "discard"} if wants_discard(call.form) else {}
    return CheckAnswer("true", headers | discard)


async def _remember_callback(call: Call) -> None:
    policy = call.house.outgoing
    wanted = trusted_callback(call.form.text("callback"), call.form.text("blog"), policy)
    if wanted is None or wanted == call.key.callback:
        return
    try:
        await asyncio.to_thread(_store_callback, call, wanted)
    except StoreUnavailable:
        # The comment is decided and stored; the next check brings the same callback.
        log.warning("callback_not_stored", key=call.key.id)
    call.house.akismet_keyring.forget()


def _store_callback(call: Call, url: str) -> None:
    with call.house.store.writing() as connection:
        set_callback(
            connection,
            NewEndpoint(call.house.new_id(), call.key.site_id, url, now(), key_id=call.key.id),
        )
