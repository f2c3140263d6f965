import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from models.comment import Label
from service.clock import now
from service.store.comments import comment_of
from service.store.reviews import history_of
from service.store.tables import labels
from tests.browser.conftest import Desk, Enter
from tests.service.desk_comments import campaign, single
from tests.service.desk_house import send

pytestmark = pytest.mark.browser


def test_the_second_reviewer_is_told_what_the_first_decided(desk: Desk, enter: Enter) -> None:
    (comment_id,) = send(desk.house, [single(1)], at=now())
    ada, ben = enter("Ada"), enter("Ben")
    expect(ben.locator(".card")).to_have_count(1)
    ada.keyboard.press("r")
    expect(ada.locator("#toast-text")).to_have_text("Rejected as spam.")
    ben.keyboard.press("a")
    expect(ben.locator(".conflict")).to_contain_text("Ada rejected it as spam after you saw it")
    expect(ben.locator(".conflict")).to_contain_text("it now stands as 'reject'")
    assert _labels(desk, comment_id) == 1
    ben.keyboard.press("a")
    expect(ben.locator("#toast-text")).to_have_text("Approved.")
    assert _labels(desk, comment_id) == 2
    ada.keyboard.press("u")
    expect(ada.locator("#toast-text")).to_contain_text("Ben approved it after you saw it")
    with desk.house.store.reading() as connection:
        stored = comment_of(connection, desk.site_id, comment_id)
        history = history_of(connection, comment_id)
    assert stored is not None
    assert stored.label is Label.HAM
    assert [one.who for one in history] == ["Ada", "Ben"]


def test_undo_after_a_reject_after_a_bulk_approve_and_after_a_stale_page(
    desk: Desk, enter: Enter
) -> None:
    ids = send(desk.house, [single(1), *(campaign(n) for n in range(5))], at=now())
    page = enter("Ada")
    page.locator(".card:not(.stack)").focus()
    page.keyboard.press("r")
    expect(page.locator("#waiting")).to_have_text("5")
    page.keyboard.press("u")
    expect(page.locator("#waiting")).to_have_text("6")
    page.locator(".stack").focus()
    page.keyboard.press("g")
    expect(page.locator(".members li")).to_have_count(5)
    page.keyboard.press("a")
    expect(page.locator("#toast-text")).to_have_text("Approved: 5.")
    expect(page.locator("#waiting")).to_have_text("1")
    page.keyboard.press("u")
    expect(page.locator("#waiting")).to_have_text("6")
    stale = enter("Ben")
    page.locator(".card:not(.stack)").focus()
    page.keyboard.press("a")
    expect(page.locator("#toast-text")).to_have_text("Approved.")
    stale.locator(".card:not(.stack)").focus()
    stale.keyboard.press("r")
    expect(stale.locator(".conflict")).to_contain_text("Ada approved it")
    stale.keyboard.press("r")
    expect(stale.locator("#toast-text")).to_have_text("Rejected as spam.")
    stale.keyboard.press("u")
    expect(stale.locator("#toast-text")).to_contain_text("Taken back")
    with desk.house.store.reading() as connection:
        found = [comment_of(connection, desk.site_id, one) for one in ids]
        states = [len(history_of(connection, one)) for one in ids]
    assert [one.label if one else "" for one in found] == [Label.HAM, *[None] * 5]
    assert [one.standing.value if one else "" for one in found] == ["approve", *["hold"] * 5]
    assert states == [5, 2, 2, 2, 2, 2]


def _labels(desk: Desk, comment_id: str) -> int:
    with desk.house.store.reading() as connection:
        return connection.execute(
            select(func.count()).select_from(labels).where(labels.c.comment_id == comment_id)
        ).scalar_one()
