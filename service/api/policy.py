"""The policy of the site that asks."""

import json

from fastapi import APIRouter, Response

from models.thresholds import LimitNotCertified
from service.auth import Scope
from service.clock import now
from service.errors import FieldError, Invalid
from service.house import House
from service.policy import DEFAULT_EFFECTS
from service.policy_schema import PolicyIn, PolicyOut, policy_fields
from service.requests import HouseDep, KeyDep, KeyedRoute
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
    _check_effects(new)
    _check_limits(new, house)
    document = new.model_dump_json(exclude_defaults=True)
    with house.store.writing() as connection:
        policy = add_policy(connection, site_id, document, now(), f"key {key.id}")
    return _json(policy_fields(policy))


def _check_effects(new: PolicyIn) -> None:
    unknown = sorted(new.effects.keys() - DEFAULT_EFFECTS.keys())
    if unknown:
        known = ", ".join(sorted(DEFAULT_EFFECTS))
        raise Invalid(
            "see errors: effects",
            [
                FieldError(f"effects.{name}", f"no such signal; there are: {known}")
                for name in unknown
            ],
        )


def _check_limits(new: PolicyIn, house: House) -> None:
    try:
        house.scorer.bundle.manifest.thresholds.at(new.max_ham_rejected, new.max_spam_approved)
    except LimitNotCertified as fault:
        field = FieldError("max_ham_rejected, max_spam_approved", str(fault))
        raise Invalid("the evidence does not carry these limits", [field]) from None


def _json(fields: dict[str, object]) -> Response:
    return Response(json.dumps(fields).encode(), media_type="application/json")
