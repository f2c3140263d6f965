"""The feed of changes: everything that happened to a site's comments."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from models.comment import Label
from service.auth import Scope
from service.clock import iso
from service.decision import Decision
from service.errors import FieldError, Invalid
from service.requests import HouseDep, KeyDep, KeyedRoute
from service.store.changes import Change, changes_after, last_position


class ChangeOut(BaseModel):
    """Something that happened to a comment."""

    cursor: str
    kind: Literal["decided", "reviewed", "erased"]
    comment_id: str
    external_id: str | None
    decision: Annotated[
        Decision | None, Field(description="How the comment stands since; none once it is erased.")
    ]
    label: Label | None
    at: str


class ChangesOut(BaseModel):
    """The next changes, and the cursor with which to come back."""

    items: list[ChangeOut]
    cursor: str
    more: bool


router = APIRouter(prefix="/v1/changes", tags=["changes"], route_class=KeyedRoute)


@router.get("", response_model=ChangesOut, summary="Read what happened since a cursor")
def read(
    house: HouseDep,
    key: KeyDep,
    cursor: Annotated[
        str,
        Query(
            max_length=19,
            pattern=r"^[0-9]+$",
            description="`cursor` of the last answer; 0 starts with the first change.",
        ),
    ] = "0",
    limit: Annotated[int, Query(ge=1, le=1000, description="Most changes in one answer.")] = 100,
) -> Response:
    """Return the next changes in the order in which they came true, without a gap.

    Store `cursor` together with what you did about the changes, and come back with it: nothing is
    missed or seen twice, whatever was down meanwhile. `more` says that there is more already.
    """
    site_id = key.site(Scope.CHECK)
    with house.store.reading() as connection:
        position, last = int(cursor), last_position(connection, site_id)
        if position > last:
            fault = FieldError("cursor", f"is beyond the newest change, {last}")
            raise Invalid("this cursor is not one of this site", [fault])
        found = changes_after(connection, site_id, position, limit + 1)
    shown = found[:limit]
    fields = {
        "items": [_fields(change) for change in shown],
        "cursor": str(shown[-1].position) if shown else cursor,
        "more": len(found) > limit,
    }
    return Response(json.dumps(fields).encode(), media_type="application/json")


def _fields(change: Change) -> dict[str, Any]:
    return {
        "cursor": str(change.position),
        "kind": change.kind.value,
        "comment_id": change.comment_id,
        "external_id": change.external_id,
        "decision": change.standing and change.standing.value,
        "label": change.label and change.label.value,
        "at": iso(change.changed_at),
    }
