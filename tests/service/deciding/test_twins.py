import httpx
import pytest

from service.edge.rate import RateLimit
from service.errors import TooManyRequests
from tests.service.tiny_bundle import CERTAIN_HAM, UNSURE

ADA = {"name": "Ada", "email": "ada@example.org", "ip": "192.0.2.1"}


def _count(client: httpx.Client, *ids: str) -> int:
    return len({client.get(f"/v1/comments/{one}").json()["id"] for one in ids})


def test_the_same_without_an_id_is_one_comment(client: httpx.Client) -> None:
    body = {"content": UNSURE, "author": ADA}
    first, second = (client.post("/v1/comments", json=body) for _ in range(2))
    assert first.content == second.content
    assert "Idempotent-Replay" not in first.headers
    assert second.headers["Idempotent-Replay"] == "true"


@pytest.mark.parametrize(
    "other",
    [
        {"author": ADA | {"name": "Bob"}},
        {"author": ADA | {"ip": "192.0.2.2"}},
        {"content": UNSURE + "!"},
        {"post": {"url": "https://blog.example/2"}},
        {"external_id": "7"},
    ],
)
def test_what_differs_is_another_comment(client: httpx.Client, other: dict[str, object]) -> None:
    body = {"content": UNSURE, "author": ADA}
    first, second = (client.post("/v1/comments", json=one) for one in (body, body | other))
    assert first.json()["id"] != second.json()["id"]


def test_twins_of_one_batch_are_one_comment(client: httpx.Client) -> None:
    body = {"content": UNSURE, "author": ADA}
    items = client.post("/v1/comments/batch", json={"comments": [body] * 5}).json()["items"]
    assert len({item["decision"]["id"] for item in items}) == 1


def test_an_idempotency_key_brings_the_same_answer(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "8f1e"}
    body = {"content": UNSURE}
    first, second = (client.post("/v1/comments", json=body, headers=headers) for _ in range(2))
    assert (first.status_code, first.content) == (201, second.content)
    other = client.post("/v1/comments", json={"content": CERTAIN_HAM}, headers=headers)
    assert other.status_code == 409
    assert "Idempotency-Key" in other.json()["detail"]


@pytest.mark.parametrize("key", ["", "a" * 256, "two words", "\xe9"])
def test_an_odd_idempotency_key_is_refused(sqlite_client: httpx.Client, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode("latin-1")}
    answer = sqlite_client.post("/v1/comments", json={"content": UNSURE}, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_an_edit_is_the_next_revision_of_the_same_comment(client: httpx.Client) -> None:
    first = client.post("/v1/comments", json={"content": UNSURE, "external_id": "7"}).json()
    edited = client.put(f"/v1/comments/{first['id']}", json={"content": CERTAIN_HAM})
    assert edited.status_code == 200
    assert (edited.json()["id"], edited.json()["revision"]) == (first["id"], 2)
    assert edited.json()["decision"] != first["decision"]
    stored = client.get(f"/v1/comments/{first['id']}").json()
    assert stored["comment"] == {"content": CERTAIN_HAM, "external_id": "7"}
    assert stored["standing"] == edited.json()["decision"]
    [former] = client.get(f"/v1/comments/{first['id']}/revisions").json()["items"]
    assert former["comment"] == {"content": UNSURE, "external_id": "7"}
    assert former["score"] == first["score"]


def test_the_same_edit_twice_is_one_revision(client: httpx.Client) -> None:
    path = "/v1/comments/" + client.post("/v1/comments", json={"content": UNSURE}).json()["id"]
    first, second = (client.put(path, json={"content": CERTAIN_HAM}) for _ in range(2))
    assert first.content == second.content
    assert len(client.get(f"{path}/revisions").json()["items"]) == 1


def test_a_recheck_under_another_policy_keeps_what_a_person_said(client: httpx.Client) -> None:
    path = "/v1/comments/" + client.post("/v1/comments", json={"content": UNSURE}).json()["id"]
    client.post(f"{path}/label", json={"label": "ham"})
    client.put("/v1/policy", json={"blocked_words": ["watches"]})
    again = client.put(path, json={"content": UNSURE}).json()
    assert (again["decision"], again["revision"]) == ("reject", 2)
    stored = client.get(path).json()
    assert (stored["standing"], stored["label"]) == ("approve", "ham")
    client.put(path, json={"content": UNSURE + " Or replica watches?"})
    stored = client.get(path).json()
    assert (stored["standing"], stored["label"]) == ("reject", None)


def test_an_edit_does_not_meet_its_own_former_revision(client: httpx.Client) -> None:
    text = "A long enough sentence that nobody writes twice by chance, about kettles and rain."
    path = "/v1/comments/" + client.post("/v1/comments", json={"content": text}).json()["id"]
    for number in range(6):
        edit = client.put(path, json={"content": text, "post": {"title": f"Edit {number}"}}).json()
        assert "same_text_repeated" not in {reason["code"] for reason in edit["reasons"]}


def test_an_edit_of_nothing_is_not_found(client: httpx.Client) -> None:
    for nothing in ("0" * 26, "x", "%00"):
        answer = client.put(f"/v1/comments/{nothing}", json={"content": UNSURE})
        assert answer.status_code == 404


def test_an_edit_can_not_change_the_external_id(client: httpx.Client) -> None:
    first = client.post("/v1/comments", json={"content": UNSURE, "external_id": "7"}).json()
    edit = {"content": UNSURE, "external_id": "8"}
    assert client.put(f"/v1/comments/{first['id']}", json=edit).status_code == 409


def test_a_key_has_its_burst_and_then_its_rate() -> None:
    now = [0.0]
    limit = RateLimit(rate=10, burst=5, clock=lambda: now[0])
    for _ in range(5):
        limit.take("a")
    with pytest.raises(TooManyRequests) as refused:
        limit.take("a")
    assert refused.value.headers["Retry-After"] == "1"
    limit.take("b")
    now[0] += 0.1
    limit.take("a")
    with pytest.raises(TooManyRequests):
        limit.take("a")


def test_a_batch_larger_than_the_burst_passes_once_and_is_paid_for() -> None:
    now = [0.0]
    limit = RateLimit(rate=10, burst=5, clock=lambda: now[0])
    limit.take("a", 50)
    now[0] += 4.4
    with pytest.raises(TooManyRequests):
        limit.take("a")
    now[0] += 0.2
    limit.take("a")
