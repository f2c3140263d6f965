"""The feed of changes: everything that happened to a site's comments."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from models.comment import Label
from service.api.problems import documented
from service.clock import iso
from service.deciding.decision import Decision
from service.edge.auth import Scope
from service.edge.requests import HouseDep, KeyDep, KeyedRoute
from service.errors import Conflict
from service.schemas import Strict
from service.store.changes import Change, changes_after, last_position


class ChangesQuery(Strict):
    """From where on, and how many."""

    cursor: Annotated[
        str,
        Field(
            max_length=19,
            pattern=r"^[0-9]+$",
            description="`cursor` of the last answer; 0 starts with the first change.",
        ),
    ] = "0"
    limit: Annotated[int, Field(ge=1, le=1000, description="Most changes in one answer.")] = 100


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


@router.get(
    "",
    response_model=ChangesOut,
    responses=documented(Conflict),
    summary="Read what happened since a cursor",
)
def read(house: HouseDep, key: KeyDep, asked: Annotated[ChangesQuery, Query()]) -> Response:
    """Return the next changes in the order in which they came true, without a gap.

    Store `cursor` together with what you did about the changes, and come back with it: nothing is
    missed or seen twice, whatever was down meanwhile. `more` says that there is more already.
    """
    site_id = key.site(Scope.CHECK)
    with house.store.reading() as connection:
        position, last = int(asked.cursor), last_position(connection, site_id)
        if position > last:
            raise Conflict(
                f"this cursor is beyond the newest change, {last}: it is another site's, or the"
                " store was restored from a backup; start again with 0"
            )
        found = changes_after(connection, site_id, position, asked.limit + 1)
    shown = found[: asked.limit]
    fields = {
        "items": [_fields(change) for change in shown],
        "cursor": str(shown[-1].position) if shown else asked.cursor,
        "more": len(found) > asked.limit,
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
