"""What a site knows of a person, for the person who asks."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from service.clock import iso, now
from service.edge.auth import Key, Scope
from service.edge.requests import HouseDep, KeyDep, KeyedRoute
from service.edge.text_fields import Line
from service.erasure import erase_person
from service.errors import FieldError, Invalid
from service.people import export_person
from service.schemas import Strict
from service.store.people import Person

router = APIRouter(prefix="/v1/people", tags=["people"], route_class=KeyedRoute)


class PersonQuery(Strict):
    """Whose comments: by e-mail, by name, or by either; in any case of letters."""

    email: Line | None = None
    name: Line | None = None


Asked = Annotated[PersonQuery, Query()]


class PersonOut(BaseModel):
    """All that is stored of a person."""

    exported_at: str
    comments: list[dict[str, Any]]


class ErasedOut(BaseModel):
    """How much was removed."""

    comments: int
    labels: int


@router.get("/export", response_model=PersonOut, summary="Read all that is stored of a person")
def export(house: HouseDep, key: KeyDep, asked: Asked) -> Response:
    """Return comments, hashes, decisions, labels and former revisions."""
    person = _person(key, asked)
    fields = {"exported_at": iso(now()), "comments": export_person(house.store, person)}
    return _json(fields)


@router.delete("", response_model=ErasedOut, summary="Remove all that is stored of a person")
def erase(house: HouseDep, key: KeyDep, asked: Asked) -> Response:
    """Remove comments with everything made of them; the feed says `erased` for each.

    What was learned from their labels goes with the next retrain. Backups made before are yours to
    delete.
    """
    erased, gone = erase_person(house.store, _person(key, asked), house.new_id)
    return _json({"comments": erased, "labels": gone})


def _person(key: Key, asked: PersonQuery) -> Person:
    site_id = key.site(Scope.SITE_ADMIN)
    if not (asked.email or "").strip() and not (asked.name or "").strip():
        fault = FieldError("email", "give an e-mail, a name, or both")
        raise Invalid("nobody was named", [fault])
    return Person(site_id, asked.email, asked.name)


def _json(fields: dict[str, Any]) -> Response:
    return Response(json.dumps(fields).encode(), media_type="application/json")
