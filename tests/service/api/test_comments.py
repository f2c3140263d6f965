import httpx
import pytest

from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM, HAM, UNSURE

AUTHOR = {"name": "Ada", "email": "ada@example.org"}
POST = {"title": "On building things", "excerpt": "How we build."}


def _check(client: httpx.Client, content: str, **fields: object) -> httpx.Response:
    body = {"content": content, "author": AUTHOR, "post": POST, **fields}
    return client.post("/v1/comments", json=body)


@pytest.mark.parametrize(
    ("content", "decision"),
    [(CERTAIN_HAM, "approve"), (UNSURE, "hold"), (CERTAIN_SPAM, "reject")],
)
def test_a_comment_gets_a_decision_with_reasons(
    client: httpx.Client, content: str, decision: str
) -> None:
    response = _check(client, content)
    assert response.status_code == 201
    answer = response.json()
    assert answer["decision"] == decision
    assert 0 <= answer["score"] <= 1
    assert answer["reasons"][0]["sentence"].endswith(".")
    assert answer["policy"] == 0
    assert answer["bundle"].startswith("2026-01-01-")
    assert answer["received_at"].endswith("Z")
    assert answer["hints"] == ["author.ip"]


def test_evidence_points_at_the_words_that_moved_the_score(client: httpx.Client) -> None:
    answer = _check(client, CERTAIN_SPAM).json()
    shown = {CERTAIN_SPAM[e["start"] : e["end"]] for e in answer["evidence"] if e["weight"] > 0}
    assert any("casino" in text for text in shown), shown


def test_what_was_answered_can_be_read_back(client: httpx.Client) -> None:
    answer = _check(client, UNSURE, external_id="7").json()
    stored = client.get(f"/v1/comments/{answer['id']}").json()
    assert {name: stored[name] for name in answer} == answer
    assert stored["comment"]["content"] == UNSURE
    assert stored["comment"]["author"] == AUTHOR
    assert (stored["standing"], stored["label"]) == ("hold", None)


def test_the_same_external_id_gets_the_same_bytes_and_one_row(client: httpx.Client) -> None:
    first = _check(client, UNSURE, external_id="wp-12")
    again = _check(client, UNSURE, external_id="wp-12")
    assert again.status_code == first.status_code == 201
    assert again.content == first.content
    assert "idempotent-replay" not in first.headers
    assert again.headers["idempotent-replay"] == "true"


def test_the_same_external_id_with_another_body_is_a_conflict(client: httpx.Client) -> None:
    first = _check(client, UNSURE, external_id="wp-12").json()
    other = _check(client, UNSURE + " Edited.", external_id="wp-12")
    assert other.status_code == 409
    assert "wp-12" in other.json()["detail"]
    assert client.get(f"/v1/comments/{first['id']}").json()["comment"]["content"] == UNSURE


def test_a_batch_answers_each_comment_for_itself(client: httpx.Client) -> None:
    _check(client, UNSURE, external_id="taken")
    comments = [
        {"content": CERTAIN_HAM},
        {"content": CERTAIN_SPAM},
        {"content": "something else", "external_id": "taken"},
        {"content": UNSURE, "external_id": "twin"},
        {"content": UNSURE, "external_id": "twin"},
    ]
    response = client.post("/v1/comments/batch", json={"comments": comments})
    assert response.status_code == 200
    items = response.json()["items"]
    assert [item["status"] for item in items] == [201, 201, 409, 201, 201]
    assert [item["decision"] and item["decision"]["decision"] for item in items[:2]] == [
        "approve",
        "reject",
    ]
    assert items[2]["problem"]["type"].endswith("conflict")
    assert items[3] == items[4]


def test_twins_of_one_batch_see_each_other(client: httpx.Client) -> None:
    text = "The same long sentence that nobody else would write by chance, again and again."
    comments = [{"content": text} for _ in range(5)]
    items = client.post("/v1/comments/batch", json={"comments": comments}).json()["items"]
    codes = [{reason["code"] for reason in item["decision"]["reasons"]} for item in items]
    assert sum("same_text_repeated" in found for found in codes) == 2


def test_a_label_takes_effect_at_the_next_same_text(client: httpx.Client) -> None:
    text = "A perfectly ordinary sentence about gardens, roses and the weather in the north."
    first = _check(client, text).json()
    labelled = client.post(f"/v1/comments/{first['id']}/label", json={"label": "spam"})
    assert labelled.status_code == 201
    assert client.get(f"/v1/comments/{first['id']}").json()["standing"] == "reject"
    after = _check(client, text.upper()).json()
    assert after["decision"] == "reject"
    assert after["reasons"][0]["code"] == "same_text_spam"
    near = _check(client, text.replace("roses", "tulips")).json()
    assert {"near_text_spam"} <= {reason["code"] for reason in near["reasons"]}


def test_a_test_comment_is_decided_and_leaves_no_trace(client: httpx.Client) -> None:
    text = "A sentence that is only sent to see whether everything is wired as it should be."
    for _ in range(5):
        _check(client, text, test=True)
    codes = {reason["code"] for reason in _check(client, text).json()["reasons"]}
    assert codes.isdisjoint({"same_text_repeated", "near_text_repeated"})


@pytest.mark.parametrize(("length", "held"), [(20_000, False), (20_001, True), (50_000, True)])
def test_a_very_long_comment_is_scored_and_held(
    client: httpx.Client, length: int, held: bool
) -> None:
    content = (CERTAIN_HAM + " ") * (length // len(CERTAIN_HAM) + 1)
    answer = _check(client, content[:length]).json()
    codes = {reason["code"] for reason in answer["reasons"]}
    assert ("too_long" in codes) is held
    if held:
        assert answer["decision"] == "hold"
        assert answer["score"] is not None


def test_an_author_approved_before_is_known(client: httpx.Client) -> None:
    for text in HAM[:2]:
        assert _check(client, text).json()["decision"] == "approve"
    codes = {reason["code"] for reason in _check(client, UNSURE).json()["reasons"]}
    assert "known_author" in codes
    vouched = {"name": "Ada", "id": "user-7"}
    for text in HAM[1:3]:
        assert _check(client, text, author=vouched).json()["decision"] == "approve"
    assert _check(client, UNSURE, author=vouched).json()["decision"] == "approve"


def test_the_sites_own_people_are_approved(client: httpx.Client) -> None:
    answer = _check(client, CERTAIN_SPAM, author={"name": "Ada", "role": "admin"}).json()
    assert answer["decision"] == "approve"
    assert answer["reasons"][0]["code"] == "trusted_role"


def test_the_newest_label_of_the_same_text_is_obeyed_at_the_next_comment(
    client: httpx.Client,
) -> None:
    text = "Where do you buy the seeds for these beans? Our garden centre has never heard of them."
    # Each time by another reader: the same one within two minutes would be a repeated request.
    readers = iter({"name": f"reader {number}"} for number in range(9))
    ids = [_check(client, text, author=next(readers)).json()["id"] for _ in range(2)]
    for comment_id, label, code in (
        (ids[0], "spam", "same_text_spam"),
        (ids[1], "ham", "same_text_ham"),
        (ids[0], "ham", "same_text_ham"),
        (ids[1], "spam", "same_text_spam"),
    ):
        assert client.post(f"/v1/comments/{comment_id}/label", json={"label": label}).is_success
        answer = _check(client, text, author=next(readers)).json()
        codes = {reason["code"] for reason in answer["reasons"]}
        assert codes & {"same_text_spam", "same_text_ham"} == {code}
