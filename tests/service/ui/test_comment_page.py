"""The page of one comment: its whole history, and what would be decided today."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import update

from models.comment import Label
from service.akismet.report import SOURCE
from service.clock import now
from service.deciding.arrival import arrive
from service.deciding.decision import Decision
from service.deciding.moderation import Moderator
from service.house import House
from service.schemas import CommentIn
from service.store.labels import NewLabel, add_label
from service.store.retention import EMPTY
from service.store.standings import set_standing
from service.store.tables import comments
from tests.service.api_client import ApiClient, DeskClient
from tests.service.desk_comments import SPAM, comment, single
from tests.service.desk_house import first_site, send


def test_its_history_tells_of_the_desk_the_api_and_the_blog(house: House, ada: DeskClient) -> None:
    (comment_id,) = send(house, [single(1)], at=now())
    with house.store.writing() as connection:
        who = "Marta by key 01M8"
        add_label(connection, NewLabel("1", comment_id, Label.SPAM, who, SOURCE, now()))
        set_standing(connection, comment_id, Decision.REJECT, Label.SPAM)
    ApiClient(house).post(f"/v1/comments/{comment_id}/label", {"label": "spam"})
    fields = {"csrf": ada.token(), "item": f"{comment_id}:2", "outcome": "approve"}
    ada.post("/review/decide", fields)
    page = ada.get(f"/review/comments/{comment_id}").text
    history = page.split('<ol class="history">')[1].split("</ol>")[0]
    said = ["Winnow decided", "Marta by key 01M8", "called it spam", "Akismet", "(API)", "Ada"]
    places = [history.index(one) for one in said]
    assert places == sorted(places)
    assert history.count("called it") == 2
    assert history.count("approved it") == 1


@pytest.mark.parametrize("document", [EMPTY, '{"content":"","author":{"name":"Blog"}}'])
def test_a_comment_without_text_still_has_its_page(
    house: House, ada: DeskClient, document: str
) -> None:
    (comment_id,) = send(house, [single(1)], at=now())
    with house.store.writing() as connection:
        connection.execute(update(comments).values(document=document))
    answer = ada.get(f"/review/comments/{comment_id}")
    assert answer.status_code == 200
    assert "Its text was removed or never came" in answer.text


def test_it_says_what_would_be_decided_today(house: House, ada: DeskClient) -> None:
    (comment_id,) = send(house, [comment(SPAM[0], "Best Casino 2026")], at=now())
    page = ada.get(f"/review/comments/{comment_id}").text
    assert "What would today" in page
    assert "The same:" in page
    assert house.scorer.bundle.version in page


def test_an_edit_is_part_of_the_history(house: House, ada: DeskClient) -> None:
    (comment_id,) = send(house, [single(1)], at=now())
    edited = CommentIn.model_validate({**single(1), "content": "Which oil stone was it?"})
    arrival = arrive(first_site(house), edited.comment(), edited.document(), now())
    moderator = Moderator(house.store, house.scorer, house.new_id)
    moderator.decide([replace(arrival, revises=comment_id)])
    page = ada.get(f"/review/comments/{comment_id}").text
    assert "on revision 1" in page
    assert "Which oil stone was it?" in re.sub("<[^>]+>", "", page)
