"""One site cannot see or change another's; a key can do what its scopes say and no more."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from service.clock import now
from service.edge.auth import Key, Scope, fingerprint
from service.house import House
from service.settings import Settings
from service.store.keys import Site, add_key, add_site, revoke_key, site_named
from tests.service.conftest import open_house
from tests.service.running import running
from tests.service.tiny_bundle import UNSURE

OTHER = "wk_key-of-the-other-site"
Call = Callable[[httpx.Client, str], httpx.Response]


@pytest.fixture
def house(settings: Settings) -> House:
    opened = open_house(settings)
    _give_key(opened, "other", OTHER, frozenset({Scope.CHECK, Scope.LABEL, Scope.SITE_ADMIN}))
    return opened


def _give_key(house: House, site_name: str, secret: str, scopes: frozenset[Scope]) -> Key:
    with house.store.writing() as connection:
        site = site_named(connection, site_name)
        if site is None:
            site = Site(house.new_id(), site_name, now())
            add_site(connection, site)
        operator = Scope.OPERATOR in scopes
        key = Key(house.new_id(), None if operator else site.id, scopes)
        add_key(connection, key, fingerprint(secret), now())
    return key


def _as(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_another_sites_comment_is_not_found(client: httpx.Client) -> None:
    mine = client.post("/v1/comments", json={"content": UNSURE}).json()["id"]
    theirs = client.get(f"/v1/comments/{mine}", headers=_as(OTHER))
    nowhere = client.get(f"/v1/comments/{'0' * 26}", headers=_as(OTHER))
    assert theirs.status_code == nowhere.status_code == 404
    assert theirs.json()["title"] == nowhere.json()["title"]
    label = client.post(f"/v1/comments/{mine}/label", json={"label": "ham"}, headers=_as(OTHER))
    assert label.status_code == 404
    assert client.delete(f"/v1/comments/{mine}", headers=_as(OTHER)).status_code == 404
    assert client.get(f"/v1/comments/{mine}").json()["label"] is None


def test_the_same_external_id_on_two_sites_is_two_comments(client: httpx.Client) -> None:
    body = {"content": UNSURE, "external_id": "1"}
    mine = client.post("/v1/comments", json=body).json()
    theirs = client.post("/v1/comments", json=body | {"content": "Other."}, headers=_as(OTHER))
    assert theirs.status_code == 201
    assert theirs.json()["id"] != mine["id"]


def test_records_of_one_site_are_no_signal_on_another(client: httpx.Client) -> None:
    text = "A long enough sentence that one site calls spam and the other has never seen before."
    mine = client.post("/v1/comments", json={"content": text}).json()["id"]
    client.post(f"/v1/comments/{mine}/label", json={"label": "spam"})
    here = client.post("/v1/comments", json={"content": text}).json()
    there = client.post("/v1/comments", json={"content": text}, headers=_as(OTHER)).json()
    assert here["reasons"][0]["code"] == "same_text_spam"
    assert {reason["code"] for reason in there["reasons"]}.isdisjoint({"same_text_spam"})


def test_policies_are_each_sites_own(client: httpx.Client) -> None:
    stored = client.put("/v1/policy", json={"blocked_words": ["Watches"], "max_links": 2})
    assert stored.status_code == 200
    assert stored.json()["version"] == 1
    assert stored.json()["blocked_words"] == ["watches"]
    blocked = client.post("/v1/comments", json={"content": UNSURE}).json()
    assert (blocked["decision"], blocked["policy"]) == ("reject", 1)
    other = client.post("/v1/comments", json={"content": UNSURE}, headers=_as(OTHER)).json()
    assert (other["decision"], other["policy"]) == ("hold", 0)
    assert client.get("/v1/policy", headers=_as(OTHER)).json()["version"] == 0


def test_a_revoked_key_is_dead_within_a_second(client: httpx.Client, house: House) -> None:
    key = _give_key(house, "other", "wk_short-lived", frozenset({Scope.CHECK}))
    assert client.get("/v1/policy", headers=_as("wk_short-lived")).status_code == 200
    with house.store.writing() as connection:
        assert revoke_key(connection, key.id, now())
    deadline = now() + 5_000_000
    while client.get("/v1/policy", headers=_as("wk_short-lived")).status_code != 401:
        assert now() < deadline


CALLS: dict[str, tuple[Call, Scope]] = {
    "check": (
        lambda c, key: c.post("/v1/comments", json={"content": UNSURE}, headers=_as(key)),
        Scope.CHECK,
    ),
    "batch": (
        lambda c, key: c.post(
            "/v1/comments/batch", json={"comments": [{"content": UNSURE}]}, headers=_as(key)
        ),
        Scope.CHECK,
    ),
    "read": (lambda c, key: c.get("/v1/comments/none", headers=_as(key)), Scope.CHECK),
    "erase": (lambda c, key: c.delete("/v1/comments/none", headers=_as(key)), Scope.SITE_ADMIN),
    "label": (
        lambda c, key: c.post("/v1/comments/none/label", json={"label": "spam"}, headers=_as(key)),
        Scope.LABEL,
    ),
    "read policy": (lambda c, key: c.get("/v1/policy", headers=_as(key)), Scope.CHECK),
    "replace policy": (
        lambda c, key: c.put("/v1/policy", json={}, headers=_as(key)),
        Scope.SITE_ADMIN,
    ),
}


@pytest.fixture(scope="module")
def scoped(tmp_path_factory: pytest.TempPathFactory, bundle_dir: Path) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("data")
    fields = {"data_dir": folder, "bundle_dir": bundle_dir, "port": 0}
    opened = open_house(Settings.model_validate(fields))
    for scope in Scope:
        _give_key(opened, "default", f"wk_{scope}", frozenset({scope}))
    with running(opened) as client:
        yield client


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("scope", Scope)
def test_every_call_needs_its_scope(scoped: httpx.Client, name: str, scope: Scope) -> None:
    call, needed = CALLS[name]
    response = call(scoped, f"wk_{scope}")
    if scope is needed:
        assert response.status_code != 403
    else:
        assert response.status_code == 403
        assert response.json()["type"] == "urn:winnow:problem:forbidden"
