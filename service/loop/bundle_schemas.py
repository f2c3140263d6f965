"""Bundles and promotions as the API takes and gives them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from service.clock import iso
from service.edge.text_fields import Line
from service.loop.bundles import Registry
from service.loop.promotion import Promotion, PromotionKind
from service.schemas import Strict


class ActivateIn(Strict):
    """Why a bundle shall be in use from now on."""

    why: Annotated[Line, Field(min_length=1, description="Kept with the switch, for later.")]


class BundleOut(BaseModel):
    """A bundle that is kept."""

    version: str
    parent: str | None
    created_at: str
    origin: str
    added_by: str
    incumbent: bool


class PromotionOut(BaseModel):
    """One switch."""

    number: int
    version: str
    kind: PromotionKind
    who: str
    why: str
    promoted_at: str


class BundlesOut(BaseModel):
    """Bundles, newest first; promotions, oldest first; what this replica serves with."""

    bundles: list[BundleOut]
    promotions: list[PromotionOut]
    incumbent: str
    serving: str
    fault: str | None


def promotion_fields(one: Promotion) -> dict[str, Any]:
    """Return a promotion as plain JSON values."""
    fields = {name: getattr(one, name) for name in PromotionOut.model_fields}
    return {**fields, "kind": one.kind.value, "promoted_at": iso(one.promoted_at)}


def registry_fields(registry: Registry) -> dict[str, Any]:
    """Return the registry as plain JSON values."""
    return {
        "bundles": [
            {
                "version": one.version,
                "parent": one.parent,
                "created_at": one.created_at,
                "origin": one.origin,
                "added_by": one.added_by,
                "incumbent": one.version == registry.incumbent,
            }
            for one in registry.bundles
        ],
        "promotions": [promotion_fields(one) for one in registry.promotions],
        "incumbent": registry.incumbent,
    }
