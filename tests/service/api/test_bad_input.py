"""Bytes that any visitor can send: each gets a problem document that says what is wrong."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from service.settings import Settings
from service.store.tables import comments
from tests.service.conftest import open_house
from tests.service.running import KEY, running

URL = "/v1/comments"
AUTHORIZED = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}

BODIES: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 400, "not JSON"),
    "not json": (b"content=hello", 400, "not JSON"),
    "not utf-8": (b'{"content": "\xff\xfe"}', 400, "not UTF-8"),
    "utf-16": ('{"content": "hello"}'.encode("utf-16"), 400, "not UTF-8"),
    "byte order mark": (b'\xef\xbb\xbf{"content": "hello"}', 400, "not JSON"),
    "too large": (b'{"content": "' + b"a" * 262_144 + b'"}', 413, "larger than"),
    "nested": (b'{"content": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "nested deeper"),
    "nested in a field": (b'{"author": ' + b'{"a":' * 9 + b"1" + b"}" * 9 + b"}", 400, "nested"),
    "NaN": (b'{"content": "hello", "form_seconds": NaN}', 400, "NaN"),
    "infinity": (b'{"content": "hello", "form_seconds": Infinity}', 400, "Infinity"),
    "1e999": (b'{"content": "hello", "form_seconds": 1e999}', 400, "too large"),
    "long integer": (
        b'{"content": "hello", "form_seconds": ' + b"9" * 100_000 + b"}",
        400,
        "digits",
    ),
    "duplicate keys": (b'{"content": "hello", "content": "bye"}', 400, "'content' appears twice"),
    "duplicate inner keys": (b'{"content":"a","author":{"name":"a","name":"b"}}', 400, "twice"),
    "not an object": (b'["hello"]', 422, ""),
    "null": (b"null", 422, ""),
}

FIELDS: dict[str, tuple[dict[str, object], str]] = {
    "missing content": ({}, "content"),
    "empty content": ({"content": ""}, "content"),
    "blank content": ({"content": " \n\t "}, "content"),
    "content of 50,001": ({"content": "a" * 50_001}, "content"),
    "content a number": ({"content": 7}, "content"),
    "NUL": ({"content": "a\0b"}, "content"),
    "control character": ({"content": "a\x1bb"}, "content"),
    "lone surrogate": ({"content": "a\ud800b"}, "content"),
    "surrogate in a name": ({"content": "a", "author": {"name": "\udfff"}}, "author.name"),
    "NUL in an id": ({"content": "a", "external_id": "1\x00"}, "external_id"),
    "empty id": ({"content": "a", "external_id": ""}, "external_id"),
    "long id": ({"content": "a", "external_id": "a" * 129}, "external_id"),
    "unknown field": ({"content": "a", "colour": "red"}, "colour"),
    "unknown field named as a place": ({"content": "a", "body": "red"}, "body"),
    "unknown inner field": ({"content": "a", "author": {"age": 7}}, "author.age"),
    "bad address": ({"content": "a", "author": {"ip": "999.1.1.1"}}, "author.ip"),
    "bad role": ({"content": "a", "author": {"role": "king"}}, "author.role"),
    "bad type": ({"content": "a", "type": "poem"}, "type"),
    "author a list": ({"content": "a", "author": []}, "author"),
    "negative seconds": ({"content": "a", "form_seconds": -1}, "form_seconds"),
    "test a string": ({"content": "a", "test": "perhaps"}, "test"),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, bundle_dir: Path) -> Iterator[httpx.Client]:
    """One service for all of this; after all of it, nothing may have been written."""
    settings = Settings.model_validate(
        {
            "data_dir": tmp_path_factory.mktemp("data"),
            "bundle_dir": bundle_dir,
            "api_key": KEY,
            "port": 0,
        }
    )
    house = open_house(settings)
    with running(house) as opened:
        yield opened
        with house.store.reading() as connection:
            stored = connection.execute(select(func.count()).select_from(comments)).scalar_one()
        assert stored == 0


def _is_problem(response: httpx.Response, status: int) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, object] = response.json()
    assert set(problem) == {"type", "title", "status", "detail", "errors", "request_id"}
    assert problem["status"] == status
    assert problem["request_id"] == response.headers["x-request-id"]
    assert len(response.content) < 65_536
    return problem


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_not_json_as_we_take_it(client: httpx.Client, name: str) -> None:
    body, status, told = BODIES[name]
    response = client.post(URL, content=body, headers=AUTHORIZED)
    assert told in str(_is_problem(response, status)["detail"])


@pytest.mark.parametrize("name", FIELDS)
def test_a_wrong_field_is_named(client: httpx.Client, name: str) -> None:
    fields, wrong = FIELDS[name]
    body = json.dumps(fields).encode()
    response = client.post(URL, content=body, headers=AUTHORIZED)
    problem = _is_problem(response, 422)
    errors = problem["errors"]
    assert isinstance(errors, list)
    assert wrong in {error["field"] for error in errors}


def test_what_was_sent_is_never_echoed(client: httpx.Client) -> None:
    response = client.post(URL, json={"content": 7, "secret-of-the-reader": "x" * 5000})
    assert "x" * 50 not in response.text


def test_a_batch_names_the_comment_that_is_wrong(client: httpx.Client) -> None:
    body = {"comments": [{"content": "fine"}, {"content": "a\0"}]}
    problem = _is_problem(client.post(f"{URL}/batch", json=body), 422)
    assert problem["errors"] == [
        {"field": "comments.1.content", "message": "must not contain control characters"}
    ]
    for wrong in ([], [{"content": "a"}] * 101):
        _is_problem(client.post(f"{URL}/batch", json={"comments": wrong}), 422)
    large = b'{"comments": [{"content": "' + b"a" * 4_194_304 + b'"}]}'
    _is_problem(client.post(f"{URL}/batch", content=large, headers=AUTHORIZED), 413)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Encoding": "gzip"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data"},
    ],
)
def test_only_plain_json_is_taken(client: httpx.Client, headers: dict[str, str]) -> None:
    response = client.post(URL, content=b'{"content": "a"}', headers=AUTHORIZED | headers)
    _is_problem(response, 415)


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Basic YTpi",
        KEY,
        "Bearer wk_unknown",
        "Bearer \xff\xfe",
        "Bearer " + "a" * 5000,
    ],
)
def test_a_missing_malformed_or_unknown_key(
    client: httpx.Client, authorization: str | None
) -> None:
    headers = {} if authorization is None else {b"Authorization": authorization.encode("latin-1")}
    request = httpx.Request(
        "POST", client.base_url.join(URL), json={"content": "a"}, headers=headers
    )
    response = client.send(request)
    _is_problem(response, 401)
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_another_method_is_told_so(client: httpx.Client, method: str) -> None:
    _is_problem(client.request(method, URL), 405)


@pytest.mark.parametrize(
    "path", ["/x", "/v1", "/v2/comments", "/v1/comments/a/b", "/%00", "/..%2f"]
)
def test_a_strange_address_is_not_found(client: httpx.Client, path: str) -> None:
    _is_problem(client.get(path), 404)


@pytest.mark.parametrize("comment_id", ["x", "0" * 26, "%00", "%ff", "a" * 2000, "1'--"])
def test_an_unknown_comment_is_not_found(client: httpx.Client, comment_id: str) -> None:
    _is_problem(client.get(f"{URL}/{comment_id}"), 404)


@pytest.mark.parametrize(
    ("policy", "wrong"),
    [
        ({"max_ham_rejected": 0.9}, "max_ham_rejected"),
        ({"max_ham_rejected": 0.00001}, "max_ham_rejected, max_spam_approved"),
        ({"max_links": -1}, "max_links"),
        ({"blocked_words": "casino"}, "blocked_words"),
        ({"blocked_words": ["a\0b"]}, "blocked_words.0"),
        ({"allowed_hosts": ["example.org", " 0"]}, "allowed_hosts.1"),
        ({"blocked_words": ["ŉ" * 150]}, "blocked_words.0"),
        ({"blocked_networks": ["300.0.0.0/8"]}, "blocked_networks.0"),
        ({"effects": {"same_text_spam": "explode"}}, "effects.same_text_spam"),
        ({"effects": {"no_such_signal": "hold"}}, "effects.no_such_signal"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_policy_is_refused_whole(
    client: httpx.Client, policy: dict[str, object], wrong: str
) -> None:
    problem = _is_problem(client.put("/v1/policy", json=policy), 422)
    errors = problem["errors"]
    assert isinstance(errors, list)
    assert wrong in {error["field"] for error in errors}
    assert client.get("/v1/policy").json()["version"] == 0
