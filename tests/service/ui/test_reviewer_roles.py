"""Who sees which site, and what a role allows."""

from sqlalchemy import select

from service.clock import now
from service.house import House
from service.reviewing.reviewer import ReviewerRole
from service.store.keys import Site, add_site
from service.store.tables import comments
from tests.service.api_client import DeskClient
from tests.service.desk_comments import single
from tests.service.desk_house import add_person, first_site, send


def test_a_reviewer_sees_no_settings(house: House) -> None:
    ben = DeskClient(house)
    ben.log_in("Ben")
    assert "Settings" not in ben.get("/review").text
    assert ben.get("/review/settings").status_code == 403
    for path in ("policy", "keys", "keys/revoke", "invitations", "reviewers/remove"):
        assert ben.post(f"/review/settings/{path}", {"csrf": ben.token()}).status_code == 403


def test_a_reviewer_of_one_site_sees_nothing_of_another(house: House, ada: DeskClient) -> None:
    other = Site(house.new_id(), "other", now())
    with house.store.writing() as connection:
        add_site(connection, other)
    add_person(house, other.id, "Cleo", ReviewerRole.ADMIN)
    cleo = DeskClient(house)
    cleo.log_in("Cleo")
    (comment_id,) = send(house, [single(1)], at=now())
    assert comment_id in ada.get("/review").text
    for path in ("", "/alike", "/comments", "/overview", "/settings"):
        assert comment_id not in cleo.get(f"/review{path}").text
    assert cleo.get(f"/review/comments/{comment_id}").status_code == 404
    assert cleo.get(f"/review/alike/{comment_id}").status_code == 404
    fields = {"csrf": cleo.token(), "item": f"{comment_id}:0", "outcome": "approve"}
    answer = cleo.post("/review/decide", fields, Accept="application/json")
    assert answer.json()["items"][0]["status"] == 404
    answer = cleo.post("/review/site", {"csrf": cleo.token(), "site": first_site(house)})
    assert answer.status_code == 403
    with house.store.reading() as connection:
        assert connection.execute(select(comments.c.state)).scalars().all() == [0]


def test_a_person_of_two_sites_goes_from_one_to_the_other(house: House) -> None:
    other = Site(house.new_id(), "other", now())
    with house.store.writing() as connection:
        add_site(connection, other)
    add_person(house, other.id, "Ben", ReviewerRole.REVIEWER)
    ben = DeskClient(house)
    ben.log_in("Ben")
    (comment_id,) = send(house, [single(1)], site_id=other.id, at=now())
    assert comment_id not in ben.get("/review").text
    assert ben.post("/review/site", {"csrf": ben.token(), "site": other.id}).status_code == 303
    assert comment_id in ben.get("/review").text
