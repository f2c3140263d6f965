"""Akismet's calls about comments, so that a blog that speaks to Akismet can speak to us."""

import asyncio
from dataclasses import replace

import structlog
from fastapi import APIRouter, Request, Response

from models.comment import Label
from service.akismet.answer import THANKS, CheckAnswer
from service.akismet.call import plain, read_call
from service.akismet.check import comment_check, decided
from service.akismet.reading import (
    is_guaranteed_spam,
    read_comment,
)
from service.akismet.report import Report, record, reported
from service.api.plain_route import PlainRoute
from service.house import House

# Not in the OpenAPI schema: the protocol is Akismet's, and its answers fit no JSON schema.
router = APIRouter(prefix="/1.1", route_class=PlainRoute, include_in_schema=False)
log = structlog.get_logger("winnow.akismet")


@router.post("/verify-key")
async def verify_key(request: Request) -> Response:
    """Say whether the key is good."""
    await read_call(request, "blog")
    return plain(CheckAnswer("valid"))


router.post("/comment-check")(comment_check)


@router.post("/submit-spam")
async def submit_spam(request: Request) -> Response:
    """Take a report of spam that was missed."""
    return await _report(request, Label.SPAM)


@router.post("/submit-ham")
async def submit_ham(request: Request) -> Response:
    """Take a report of a genuine comment that was called spam."""
    return await _report(request, Label.HAM)


async def _report(request: Request, label: Label) -> Response:
    call = await read_call(request, "blog")
    form, comment = call.form, read_comment(call.form)
    if comment.test or is_guaranteed_spam(form):
        return plain(CheckAnswer(THANKS))
    report = Report(call.key, label, form.text("reporter", 60), form.text("guid", 64), comment)
    if not await asyncio.to_thread(_record, call.house, report):
        # Never checked by us: it is stored with a decision of its own, then labelled.
        reply = await decided(call, comment)
        await asyncio.to_thread(_record, call.house, replace(report, guid=reply.id))
    return plain(CheckAnswer(THANKS))


def _record(house: House, report: Report) -> bool:
    """Label the comment that a report means; return whether there is one."""
    with house.store.writing() as connection:
        stored = reported(connection, report)
        if stored is not None:
            record(connection, stored, report, house.new_id())
    return stored is not None
