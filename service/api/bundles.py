"""Bundles: which are kept, which is in use, and the switch; for operators."""

import json
from typing import Any

from fastapi import APIRouter, Response

from service.api.problems import documented
from service.edge.requests import HouseDep, KeyDep, KeyedRoute
from service.errors import Conflict, NotFound
from service.loop.bundle_schemas import (
    ActivateIn,
    BundlesOut,
    PromotionOut,
    promotion_fields,
    registry_fields,
)
from service.loop.bundles import Switch

router = APIRouter(prefix="/v1/bundles", tags=["bundles"], route_class=KeyedRoute)


@router.get("", response_model=BundlesOut, summary="List bundles and promotions")
def list_bundles(house: HouseDep, key: KeyDep) -> Response:
    """Return every bundle that is kept, and which one this replica serves with."""
    key.operator()
    here = {"serving": house.incumbent.version, "fault": house.incumbent.fault}
    return _json(registry_fields(house.bundles.registry()) | here, 200)


@router.post(
    "/{version}/activate",
    status_code=201,
    response_model=PromotionOut,
    responses=documented(Conflict, NotFound),
    summary="Put a bundle in use",
)
def activate(version: str, asked: ActivateIn, house: HouseDep, key: KeyDep) -> Response:
    """Switch every replica to this bundle within seconds; the same step leads back."""
    promotion = house.bundles.activate(Switch(version, key.operator(), asked.why))
    house.incumbent.nudge()
    return _json(promotion_fields(promotion), 201)


def _json(fields: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(fields).encode(), status, media_type="application/json")
