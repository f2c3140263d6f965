from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from service.clock import now
from service.store.desk_tables import reviews
from service.store.tables import labels
from tests.browser.conftest import OUTPUT, Desk, Enter
from tests.service.desk_comments import campaign, single
from tests.service.desk_house import send

pytestmark = pytest.mark.browser

SINGLES, ALIKE, MOST_PRESSES = 140, 60, 160


class Keyboard:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.presses += 1


def _shoot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=str(folder / f"{name}.png"))


def test_two_hundred_held_comments_are_cleared_by_keyboard_in_160_presses(
    desk: Desk, enter: Enter
) -> None:
    texts = [single(number) for number in range(SINGLES)]
    texts[7:7] = [campaign(number) for number in range(ALIKE)]
    ids = send(desk.house, texts, at=now() - 3_600_000_000)
    assert len(ids) == SINGLES + ALIKE
    page = enter("Ada")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    expect(page.locator("#waiting")).to_have_text("200")
    _shoot(page, OUTPUT, "1-queue")
    keyboard = Keyboard(page)
    seen: set[str] = set()
    cleared = 0
    while cleared < SINGLES + 1:
        card = page.locator(".card.current")
        card.wait_for()
        comment = card.get_attribute("id")
        assert comment is not None
        assert comment not in seen
        seen.add(comment)
        if card.get_attribute("data-alike") == str(ALIKE):
            _look_through(keyboard, OUTPUT)
            keyboard.press("r")
        else:
            keyboard.press("a" if cleared % 3 else "e" if cleared % 2 else "r")
        cleared += 1
        page.wait_for_function("id => !document.getElementById(id)", arg=comment)
        if cleared == SINGLES // 2:
            _shoot(page, OUTPUT, "4-half-way")
    expect(page.locator("#waiting")).to_have_text("0")
    expect(page.locator("#empty")).to_contain_text("Nothing to review")
    expect(page.locator("#toast-text")).not_to_contain_text("Saving")
    _shoot(page, OUTPUT, "5-cleared")
    assert keyboard.presses <= MOST_PRESSES
    assert len(seen) == SINGLES + 1
    with desk.house.store.reading() as connection:
        stored = connection.execute(select(func.count()).select_from(reviews)).scalar_one()
        labelled = connection.execute(select(func.count()).select_from(labels)).scalar_one()
        other = connection.execute(
            select(func.count()).where(reviews.c.outcome == "reject_other")
        ).scalar_one()
    assert stored == SINGLES + ALIKE
    assert labelled == stored - other


def _look_through(keyboard: Keyboard, folder: Path) -> None:
    """Open the campaign and page down until its last comment was on the screen."""
    keyboard.press("g")
    page = keyboard.page
    members = page.locator(".card.current .members li")
    expect(members).to_have_count(ALIKE)
    _shoot(page, folder, "2-campaign")
    last = members.last
    for _ in range(12):
        if last.evaluate("e => e.getBoundingClientRect().bottom <= innerHeight"):
            break
        before = page.evaluate("scrollY")
        keyboard.press("PageDown")
        page.wait_for_function("before => scrollY > before", arg=before)
        page.evaluate(SETTLED)
    assert last.evaluate("e => e.getBoundingClientRect().bottom <= innerHeight")
    _shoot(page, folder, "3-campaign-end")


# Scrolling by key is animated; it is over when five frames stand at the same place.
SETTLED = """() => new Promise(done => {
  let at = scrollY, still = 0;
  const look = () => {
    still = scrollY === at ? still + 1 : 0;
    at = scrollY;
    if (still < 5) requestAnimationFrame(look); else done();
  };
  requestAnimationFrame(look);
})"""


def test_skip_select_search_help_and_moving_need_no_mouse(desk: Desk, enter: Enter) -> None:
    send(desk.house, [single(number) for number in range(6)], at=now())
    page = enter("Ada")

    def current() -> str | None:
        return page.locator(".card.current").get_attribute("id")

    first = current()
    page.keyboard.press("j")
    second = current()
    assert second != first
    page.keyboard.press("k")
    assert current() == first
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#selected-count")).to_have_text("2")
    page.keyboard.press("r")
    expect(page.locator("#waiting")).to_have_text("4")
    expect(page.locator("#toast-text")).to_have_text("Rejected as spam: 2.")
    page.keyboard.press("u")
    expect(page.locator("#waiting")).to_have_text("6")
    expect(page.locator(".card")).to_have_count(6)
    page.keyboard.press("s")
    expect(page.locator(".card")).to_have_count(5)
    expect(page.locator("#waiting")).to_have_text("6")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("nobody wrote this")
    page.keyboard.press("Enter")
    expect(page.locator("#empty")).to_contain_text("Nothing here matches")
    page.goto(f"{desk.address}/review")
    opened = current()
    page.keyboard.press("o")
    page.wait_for_url("**/review/comments/*")
    assert opened == f"c-{page.url.rsplit('/', maxsplit=1)[1]}"
    page.keyboard.press("a")
    expect(page.locator(".title")).to_contain_text("labelled ham")


def test_a_mouse_alone_does_it_too_and_a_left_out_comment_stays(desk: Desk, enter: Enter) -> None:
    send(desk.house, [single(1), *(campaign(number) for number in range(5))], at=now())
    page = enter("Ben")
    page.goto(f"{desk.address}/review/alike")
    page.click(".look")
    expect(page.locator(".members li")).to_have_count(5)
    page.locator(".members input[type=checkbox]").nth(2).click()
    page.locator(".card .reject").click()
    expect(page.locator(".members li")).to_have_count(1)
    expect(page.locator("#waiting")).to_have_text("2")
    # The card of a campaign comes back with the page.
    with page.expect_navigation():
        page.click("#toast-undo")
    expect(page.locator("#waiting")).to_have_text("6")
    page.goto(f"{desk.address}/review")
    page.locator(".card:not(.stack) .approve").click()
    expect(page.locator("#waiting")).to_have_text("5")
    expect(page.locator("#toast-text")).to_have_text("Approved.")
