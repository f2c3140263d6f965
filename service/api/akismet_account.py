"""Akismet's calls about the account: clients show what they answer, WordPress insists on one."""

import asyncio
import json
import secrets
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from service.akismet.answer import CheckAnswer
from service.akismet.call import Call, plain, read_call
from service.akismet.usage import month_of, site_row, sites_csv, sites_json, stats, usage_in
from service.api.plain_route import PlainRoute
from service.store.akismet import Usage, usage_of

router = APIRouter(route_class=PlainRoute, include_in_schema=False)


@router.get("/1.1/test")
async def connection_test() -> Response:
    """Answer the plugin's test of its network."""
    return plain(CheckAnswer("connected"))


@router.post("/1.1/get-subscription")
async def get_subscription(request: Request) -> Response:
    """Say that the key is active: WordPress refuses one that is not."""
    call = await read_call(request)
    return _json(
        {
            "account_id": 1,
            "account_name": call.key.site_name,
            "account_type": "winnow",
            "status": "active",
            "next_billing_date": False,
            "limit_reached": False,
        }
    )


@router.post("/1.1/deactivate")
async def deactivate(request: Request) -> Response:
    """Take note that the plugin was switched off; the key stays good."""
    await read_call(request)
    return plain(CheckAnswer("deactivated"))


@router.post("/1.1/token")
async def token(request: Request) -> Response:
    """Give a token for statistics pages that we don't have; it opens nothing."""
    await read_call(request)
    return plain(CheckAnswer(secrets.token_hex(16)))


@router.post("/1.1/get-stats")
@router.post("/1.2/get-key-stats")
async def get_stats(request: Request) -> Response:
    """Count what was checked, month by month."""
    call = await read_call(request)
    return _json(await asyncio.to_thread(_stats, call, call.form.text("from")))


@router.api_route("/1.2/usage-limit", methods=["GET", "POST"])
async def usage_limit(request: Request) -> Response:
    """Say how much was used this month, and that there is no limit."""
    call = await read_call(request)
    used = await asyncio.to_thread(_month, call, month_of(None, datetime.now(UTC)))
    fields: dict[str, Any] = {
        "limit": "none",
        "usage": used.checked,
        "percentage": "0.00",
        "throttled": False,
    }
    if call.form.says("extended"):
        fields |= {"notice_level": "NOTICE_NONE", "upgrade": False}
    return _json(fields)


@router.api_route("/1.2/key-sites", methods=["GET", "POST"])
async def key_sites(request: Request) -> Response:
    """Count the month of the one site that the key speaks for."""
    call = await read_call(request)
    month = month_of(call.form.text("month"), datetime.now(UTC))
    used = await asyncio.to_thread(_month, call, month)
    name = call.key.site_name
    wanted = (call.form.text("filter") or "").lower() in name.lower()
    rows = [site_row(name, used)] if wanted else []
    if call.form.text("format") == "csv":
        return Response(sites_csv(call.secret, month, rows), media_type="text/csv")
    return _json(sites_json(month, rows))


def _month(call: Call, month: datetime) -> Usage:
    with call.house.store.reading() as connection:
        site_id = call.key.site_id
        return usage_in(month, lambda since, until: usage_of(connection, site_id, since, until))


def _stats(call: Call, period: str | None) -> dict[str, Any]:
    with call.house.store.reading() as connection:
        site_id = call.key.site_id
        return stats(
            period,
            datetime.now(UTC),
            lambda since, until: usage_of(connection, site_id, since, until),
        )


def _json(fields: dict[str, Any]) -> Response:
    return Response(json.dumps(fields).encode(), media_type="application/json")
