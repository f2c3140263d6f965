"""The policy of the site that asks."""

import json

from fastapi import APIRouter, Response

from service.clock import now
from service.deciding.policy_checks import check_policy
from service.edge.auth import Scope
from service.edge.requests import HouseDep, KeyDep, KeyedRoute
from service.policy_schema import PolicyIn, PolicyOut, policy_fields
from service.store.policies import add_policy, policies_of

router = APIRouter(prefix="/v1/policy", tags=["policy"], route_class=KeyedRoute)


@router.get("", response_model=PolicyOut, summary="Read the policy in force")
def read(house: HouseDep, key: KeyDep) -> Response:
    """Return thresholds and rules; version 0 is the default that nobody changed."""
    site_id = key.site(Scope.CHECK)
    with house.store.reading() as connection:
        policy = policies_of(connection, [site_id])[site_id]
    return _json(policy_fields(policy))


@router.put("", response_model=PolicyOut, summary="Replace the policy")
def replace(new: PolicyIn, house: HouseDep, key: KeyDep) -> Response:
    """Store the next version; what is left out takes its default."""
    site_id = key.site(Scope.SITE_ADMIN)
    check_policy(new, house.scorer.bundle.manifest.thresholds)
    document = new.model_dump_json(exclude_defaults=True)
    with house.store.writing() as connection:
        policy = add_policy(connection, site_id, document, now(), f"key {key.id}")
    return _json(policy_fields(policy))


def _json(fields: dict[str, object]) -> Response:
    return Response(json.dumps(fields).encode(), media_type="application/json")
