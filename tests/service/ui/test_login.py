"""Each clause of the session and CSRF list, one test."""

import statistics
import time
from pathlib import Path

import pytest
from sqlalchemy import select, update

from service.clock import now
from service.edge.auth import fingerprint
from service.house import House
from service.reviewing.login_limit import LoginLimit
from service.reviewing.passwords import WeakPassword, hash_password
from service.reviewing.reviewer import ABSOLUTE, IDLE, ReviewerRole
from service.store.desk_tables import invitations, login_attempts, reviewers, sessions
from service.store.reviewers import reviewer_named, take_role
from service.store.tables import comments
from tests.service.api_client import DeskClient
from tests.service.desk_comments import single
from tests.service.desk_house import PASSWORD, desk_house, first_site, send

START = 1_795_300_000_000_000


def test_a_visitor_is_sent_to_the_login_and_back(house: House) -> None:
    client = DeskClient(house)
    assert client.get("/").headers["location"] == "/review"
    answer = client.get("/review/overview?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/review/login?next=%2Freview%2Foverview%3Fx%3D1"
    fields = {"name": "Ada", "password": PASSWORD, "next": "/review/overview?x=1"}
    assert client.post("/review/login", fields).headers["location"] == "/review/overview?x=1"


@pytest.mark.parametrize(
    "there", ["https://evil.example.net", "//evil.example.net", "/review/\\evil", "/reviewer", ""]
)
def test_the_login_never_leads_elsewhere(house: House, there: str) -> None:
    fields = {"name": "Ada", "password": PASSWORD, "next": there}
    assert DeskClient(house).post("/review/login", fields).headers["location"] == "/review"


def test_the_password_is_stored_as_argon2id(house: House) -> None:
    with house.store.reading() as connection:
        stored = connection.execute(select(reviewers.c.password_hash)).scalars().all()
    assert all(one.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for one in stored)


@pytest.mark.parametrize("weak", ["short", "a" * 40, "123412341234", "marta is my name", "x" * 201])
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(WeakPassword):
        hash_password(weak, "Marta")


def test_wrong_name_and_wrong_password_look_alike(house: House) -> None:
    client = DeskClient(house)
    answers = [client.log_in("Ada", "wrong wrong wrong"), client.log_in("Nobody", PASSWORD)]
    assert [one.status_code for one in answers] == [401, 401]
    texts = {one.text.replace("Nobody", "Ada").split("<main")[1] for one in answers}
    assert len(texts) == 1


def test_an_unknown_name_costs_the_same_work_as_a_known_one(house: House) -> None:
    house.visits.log_in("Nobody", "x", "10.0.0.9", None)

    def taken(name: str) -> float:
        times = []
        for attempt in range(5):
            started = time.process_time()
            house.visits.log_in(name, "wrong wrong", f"10.1.{attempt}.{len(name)}", None)
            times.append(time.process_time() - started)
        return statistics.median(times)

    known, unknown = taken("Ada"), taken("Nobody")
    assert 0.5 < known / unknown < 2


def test_the_cookie_is_kept_from_scripts_and_other_hosts(house: House) -> None:
    plain = DeskClient(house).log_in().headers["set-cookie"]
    assert plain.startswith("winnow=")
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Secure" not in plain
    safe = DeskClient(house, "https://desk.example.org").log_in().headers["set-cookie"]
    assert safe.startswith("__Host-winnow=")
    assert all(word in safe for word in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"))
    assert "Domain" not in safe


def test_a_password_travels_over_https_or_loopback_only(house: House) -> None:
    client = DeskClient(house, "http://desk.example.org")
    assert "https only" in client.get("/review/login").text
    assert client.log_in().status_code == 403
    assert client.cookies == {}


def test_the_session_is_new_at_each_login_and_only_its_hash_is_stored(house: House) -> None:
    client = DeskClient(house)
    client.cookies["winnow"] = "chosen-by-an-attacker"
    client.log_in()
    first = client.cookies["winnow"]
    client.log_in()
    second = client.cookies["winnow"]
    assert len({"chosen-by-an-attacker", first, second}) == 3
    assert len(second) >= 43
    with house.store.reading() as connection:
        stored = connection.execute(select(sessions.c.fingerprint)).scalars().all()
    assert list(stored) == [fingerprint(second)]


def test_logging_out_kills_the_session_in_the_store(ada: DeskClient) -> None:
    stolen = dict(ada.cookies)
    answer = ada.post("/review/logout", {"csrf": ada.token()})
    assert answer.status_code == 303
    assert ada.cookies == {}
    ada.cookies = stolen
    assert ada.get("/review").status_code == 303


@pytest.mark.parametrize(("column", "age"), [("seen_at", IDLE), ("created_at", ABSOLUTE)])
def test_a_session_ends_when_idle_and_in_the_end(
    house: House, ada: DeskClient, column: str, age: int
) -> None:
    with house.store.writing() as connection:
        connection.execute(update(sessions).values({column: now() - age + 60_000_000}))
    assert ada.get("/review").status_code == 200
    with house.store.writing() as connection:
        connection.execute(update(sessions).values({column: now() - age}))
    assert ada.get("/review").status_code == 303
    with house.store.reading() as connection:
        assert connection.execute(select(sessions)).all() == []


def test_a_person_has_at_most_five_sessions(house: House) -> None:
    clients = [DeskClient(house) for _ in range(6)]
    for client in clients:
        client.log_in()
    assert [client.get("/review").status_code for client in clients] == [303, *[200] * 5]


def test_taking_a_role_away_ends_the_session(house: House, ada: DeskClient) -> None:
    with house.store.writing() as connection:
        known = reviewer_named(connection, "Ada")
        assert known is not None
        assert take_role(connection, known[0].id, first_site(house))
    assert ada.get("/review").status_code == 303
    assert ada.log_in().status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example.net"},
        {"Origin": "null"},
        {},
    ],
)
@pytest.mark.parametrize("path", ["/review/login", "/review/logout", "/review/decide"])
def test_a_form_of_another_site_is_refused(
    ada: DeskClient, path: str, headers: dict[str, str]
) -> None:
    body = f"csrf={ada.token()}&name=Ada&password=x&outcome=approve".encode()
    answer = ada.send("POST", path, body, headers)
    assert answer.status_code == 403
    assert ada.get("/review").status_code == 200


def test_an_old_browser_is_known_by_its_origin(ada: DeskClient) -> None:
    body = f"csrf={ada.token()}".encode()
    answer = ada.send("POST", "/review/logout", body, {"Origin": "http://127.0.0.1"})
    assert answer.status_code == 303


@pytest.mark.parametrize("token", ["", "guessed"])
def test_a_form_without_the_sessions_token_is_refused(
    house: House, ada: DeskClient, token: str
) -> None:
    (comment_id,) = send(house, [single(1)], at=now())
    fields = {"csrf": token, "item": f"{comment_id}:0", "outcome": "approve"}
    assert ada.post("/review/decide", fields).status_code == 403
    ben = DeskClient(house)
    ben.log_in("Ben")
    fields["csrf"] = ben.token()
    assert ada.post("/review/decide", fields).status_code == 403
    with house.store.reading() as connection:
        assert connection.execute(select(comments.c.state)).scalars().all() == [0]


def test_attempts_are_limited_by_name_and_address_and_the_right_password_waits_too(
    house: House,
) -> None:
    client = DeskClient(house)
    for _ in range(5):
        assert client.log_in("Ada", "wrong wrong wrong").status_code == 401
    answer = client.log_in()
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 61
    assert DeskClient(house, address="10.0.0.2").log_in().status_code == 303


def test_attempts_of_one_address_under_many_names_are_limited(house: House) -> None:
    at = [START]
    limit = LoginLimit(house.store, house.new_id, clock=lambda: at[0])
    assert [limit.attempt(f"name {n}", "10.0.0.1") for n in range(20)] == [0] * 20
    assert limit.attempt("another", "10.0.0.1") == 3601
    at[0] = START + 3_601_000_000
    assert limit.attempt("another", "10.0.0.1") == 0
    with house.store.reading() as connection:
        assert len(connection.execute(select(login_attempts)).all()) == 2


def test_every_replica_counts_the_same_attempts_and_keeps_no_name_or_address(
    house: House, tmp_path: Path
) -> None:
    replica = desk_house(tmp_path)
    first, second = DeskClient(house), DeskClient(replica)
    for client in (first, second, first, second, first):
        assert client.log_in("Ada", "wrong wrong wrong").status_code == 401
    assert second.log_in().status_code == 429
    with house.store.reading() as connection:
        keys = connection.execute(select(login_attempts.c.key)).scalars().all()
    assert len(keys) == 10
    assert not any("ada" in key or "10.0.0" in key for key in keys)
    replica.store.close()


def test_an_invitation_works_once_and_its_secret_is_not_stored(house: House) -> None:
    secret = house.visits.invite(first_site(house), ReviewerRole.ADMIN)
    with house.store.reading() as connection:
        assert connection.execute(select(invitations.c.fingerprint)).scalar_one() != secret
    new = DeskClient(house)
    assert new.get(f"/review/welcome?link={secret}").status_code == 200
    fields = {"link": secret, "name": "Dora", "password": "too short"}
    assert new.post("/review/welcome", fields).status_code == 422
    fields["password"] = PASSWORD
    assert new.post("/review/welcome", fields).status_code == 303
    assert new.get("/review/settings").status_code == 200
    assert new.post("/review/welcome", fields).status_code == 404
    assert new.get(f"/review/welcome?link={secret}").status_code == 404
    fields = {"link": secret, "name": "Mallory", "password": PASSWORD}
    assert new.post("/review/welcome", fields).status_code == 404


def test_forms_are_small_and_plain(house: House, ada: DeskClient) -> None:
    large = b"name=" + b"x" * 5_000
    here = {"Sec-Fetch-Site": "same-origin"}
    assert ada.send("POST", "/review/login", large, here).status_code == 413
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert ada.send("POST", "/review/login", b"x", here | kind).status_code == 415
    for body in (b"name=%00", b"name=%ff", b"name=%ed%a0%80", b"\xff"):
        assert ada.send("POST", "/review/login", body, here).status_code == 400


def test_every_page_carries_the_security_headers(ada: DeskClient) -> None:
    paths = ("/review", "/review/login", "/review/comments/none", "/review/static/desk.js")
    for path in paths:
        headers = ada.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        if path != "/review/static/desk.js":
            assert headers["cache-control"] == "no-store"
    page = ada.get("/review").text
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert page.count("<script") == page.count('<script src="/review/static/')
