"""The desk with JavaScript off: every action is a plain form."""

import pytest
from playwright.sync_api import Page, expect

from service.clock import now
from tests.browser.conftest import Desk, Enter
from tests.service.desk_comments import campaign, single
from tests.service.desk_house import send

pytestmark = pytest.mark.browser


def _counts(page: Page, count: int) -> None:
    expect(page.locator("#waiting")).to_have_text(str(count))


def test_a_comment_and_a_campaign_are_decided_and_taken_back_by_forms(
    desk: Desk, enter: Enter
) -> None:
    send(desk.house, [single(1), *(campaign(n) for n in range(5))], at=now())
    page = enter("Ada", java_script_enabled=False)
    assert page.locator(".select:visible, .skip-card:visible, .toast:visible").count() == 0
    page.locator(".card:not(.stack) .reject").click()
    expect(page.locator("h1")).to_have_text("1 of 1 stored")
    _counts(page, 5)
    page.click("main button:has-text('Undo')")
    _counts(page, 6)
    page.click("main a:has-text('Go on')")
    expect(page.locator(".card")).to_have_count(2)
    page.click(".look")
    expect(page.locator(".members li")).to_have_count(5)
    page.locator(".members input[type=checkbox]").nth(2).click()
    page.click(".card .reject")
    expect(page.locator("h1")).to_have_text("4 of 4 stored")
    _counts(page, 2)
    page.click("main button:has-text('Undo')")
    _counts(page, 6)


def test_a_stale_answer_says_who_was_faster(desk: Desk, enter: Enter) -> None:
    send(desk.house, [single(1)], at=now())
    ada, ben = enter("Ada"), enter("Ben", java_script_enabled=False)
    ada.keyboard.press("r")
    expect(ada.locator("#toast-text")).to_have_text("Rejected as spam.")
    ben.locator(".card .approve").click()
    expect(ben.locator(".conflict")).to_contain_text("Ada rejected it as spam after you saw it")
    ben.click(".conflict a")
    expect(ben.locator(".title")).to_contain_text("labelled spam")
    ben.locator(".card .approve").click()
    ben.click("main a:has-text('Go on')")
    expect(ben.locator(".title")).to_contain_text("labelled ham")


def test_filters_pages_settings_and_leaving_need_no_script(desk: Desk, enter: Enter) -> None:
    send(desk.house, [single(number) for number in range(60)], at=now())
    page = enter("Ada", java_script_enabled=False)
    expect(page.locator(".card")).to_have_count(50)
    page.click("#next-page")
    expect(page.locator(".card")).to_have_count(10)
    page.fill("#text", "nobody wrote this")
    page.click(".filters button:has-text('Apply')")
    expect(page.locator("#empty")).to_contain_text("Nothing here matches")
    page.click("nav a:has-text('Settings')")
    page.fill("[name=max_ham_rejected]", "0.5")
    page.click("button:has-text('See what it would have done')")
    expect(page.locator("#effect")).to_contain_text("not yet saved")
    page.click("button:has-text('Save')")
    expect(page.locator(".conflict, .notice").first).to_be_visible()
    page.click(".who button")
    expect(page.locator("h1")).to_have_text("Review desk")
