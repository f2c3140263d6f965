"""Labels in bulk: what people say of stored comments, and what they take back."""

import json
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from service.api.comments import STANDING
from service.clock import now
from service.edge.auth import Scope
from service.edge.requests import HouseDep, KeyDep, KeyedRoute
from service.house import House
from service.loop.label_schemas import LabelItemIn, LabelsIn, LabelsOut
from service.store.labels import NewLabel, add_label
from service.store.named import NamedComment, by_external_id, by_id
from service.store.standings import NewStanding, set_standings

router = APIRouter(prefix="/v1/labels", tags=["labels"], route_class=KeyedRoute)


@router.post("", response_model=LabelsOut, summary="Say what many comments are")
def label_many(said: LabelsIn, house: HouseDep, key: KeyDep) -> Response:
    """Append up to 500 labels in one transaction; without a label, a comment's is taken back.

    What is not on this site is told item by item; the others are stored. Of two labels for one
    comment the later in the list is the newer.
    """
    site_id = key.site(Scope.LABEL)
    with house.store.writing() as connection:
        known = _known(connection, site_id, said.labels)
        items = _stored(connection, house, f"key {key.id}", known)
    return Response(json.dumps({"items": items}).encode(), media_type="application/json")


def _known(
    connection: Connection, site_id: str, said: Sequence[LabelItemIn]
) -> list[tuple[LabelItemIn, NamedComment | None]]:
    ours = by_id(connection, site_id, [one.comment_id for one in said if one.comment_id])
    theirs = by_external_id(
        connection, site_id, [one.external_id for one in said if one.external_id]
    )
    return [
        (one, ours.get(one.comment_id or "") or theirs.get(one.external_id or "")) for one in said
    ]


def _stored(
    connection: Connection,
    house: House,
    who: str,
    known: Sequence[tuple[LabelItemIn, NamedComment | None]],
) -> list[dict[str, Any]]:
    standings: dict[str, NewStanding] = {}
    items: list[dict[str, Any]] = []
    for said, comment in known:
        if comment is None:
            items.append({"comment_id": said.comment_id or said.external_id, "status": 404})
            continue
        new = NewLabel(house.new_id(), comment.id, said.label, who, "api", now())
        add_label(connection, new)
        # After a retraction the comment stands as it was decided.
        standing = comment.decision if said.label is None else STANDING[said.label]
        standings[comment.id] = NewStanding(comment.id, standing, said.label)
        items.append({"comment_id": comment.id, "status": 201})
    set_standings(connection, list(standings.values()))
    return items
