"""Who is told of reviews, what was sent to them, and sending it again."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from service.clock import now
from service.edge.requests import HouseDep
from service.errors import NotFound
from service.identifiers import is_identifier
from service.store.deliveries import Delivery, deliveries_of, send_again
from service.store.endpoints import Endpoint, disable, enable, endpoints_of
from service.ui.desk_route import DeskRoute, admin_of, form_of
from service.ui.frame import frame
from service.ui.rendering import page
from service.ui.shown_text import shown

router = APIRouter(prefix="/review/webhooks", route_class=DeskRoute, include_in_schema=False)

HERE: Final = "/review/webhooks"
ON_A_PAGE: Final = 50
BODY_SHOWN: Final = 2_000


@router.get("")
def webhooks(request: Request, house: HouseDep) -> Response:
    """Show the site's receivers and what was sent to them, newest first."""
    session = admin_of(request)
    before = request.query_params.get("before", "")
    with house.store.reading() as connection:
        receivers = endpoints_of(connection, session.site_id)
        sent = deliveries_of(
            connection,
            [one.id for one in receivers],
            ON_A_PAGE + 1,
            before if is_identifier(before) else None,
        )
    addresses = {one.id: one.url for one in receivers}
    return page(
        "webhooks.html",
        receivers=[_receiver(one) for one in receivers],
        deliveries=[_delivery(one, addresses[one.endpoint_id]) for one in sent[:ON_A_PAGE]],
        older=sent[ON_A_PAGE - 1].id if len(sent) > ON_A_PAGE else None,
        again=request.query_params.get("again") == "1",
        **frame(request, house, "webhooks"),
    )


@router.post("/again")
def again(request: Request, house: HouseDep) -> Response:
    """Let a delivery be sent again, under the id that it had."""
    session, delivery_id = admin_of(request), form_of(request).get("delivery")
    with house.store.writing() as connection:
        own = [one.id for one in endpoints_of(connection, session.site_id)]
        if not send_again(connection, delivery_id, own):
            raise NotFound("there is no such delivery on this site")
    return RedirectResponse(f"{HERE}?again=1", 303)


@router.post("/state")
def state(request: Request, house: HouseDep) -> Response:
    """Tell a receiver nothing more, or tell it again."""
    session, form = admin_of(request), form_of(request)
    with house.store.writing() as connection:
        endpoint_id = form.get("endpoint")
        if endpoint_id not in {one.id for one in endpoints_of(connection, session.site_id)}:
            raise NotFound("there is no such receiver on this site")
        if form.get("do") == "disable":
            disable(connection, endpoint_id, f"by {session.reviewer.name}", now())
        else:
            enable(connection, endpoint_id)
    return RedirectResponse(HERE, 303)


def _receiver(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "url": shown(endpoint.url, (), 200),
        "events": "Akismet callback" if endpoint.key_id else ", ".join(endpoint.events),
        "disabled_for": endpoint.disabled_for,
        "failing_since": endpoint.failing_since,
    }


def _delivery(delivery: Delivery, url: str) -> dict[str, Any]:
    waits = delivery.due_at is not None
    state = "delivered" if delivery.delivered_at else "waits" if waits else "given up"
    return {
        "id": delivery.id,
        "at": delivery.created_at,
        "event": delivery.event,
        "event_id": delivery.event_id,
        "comment_id": delivery.comment_id,
        "url": shown(url, (), 80),
        "state": state,
        "tag": {"delivered": "approve", "waits": "hold", "given up": "reject"}[state],
        "attempts": delivery.attempts,
        "answer": delivery.last_status,
        "error": shown(delivery.last_error),
        "body": shown(delivery.body, (), BODY_SHOWN),
    }
