import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from service.clock import now
from service.reviewing.answers import Person
from service.reviewing.review import Answered, Outcome
from service.reviewing.reviewer import ReviewerRole
from tests.browser.conftest import Desk, Enter
from tests.service.desk_comments import campaign, comment, single
from tests.service.desk_house import add_receiver, send

pytestmark = pytest.mark.browser

VERSION = "4.14.1"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "winnow-tests"
SOURCE = CACHE / f"axe-{VERSION}" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def axe() -> str:
    """The axe-core library, from the npm registry once and from a cache folder after that."""
    if not SOURCE.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("no npm to get axe-core with")
        folder = CACHE / f"axe-{VERSION}"
        folder.mkdir(parents=True, exist_ok=True)
        got = subprocess.run(
            [npm, "install", "--no-save", "--silent", "--prefix", folder, f"axe-core@{VERSION}"],
            check=False,
            capture_output=True,
            timeout=60,
        )
        if got.returncode != 0 or not SOURCE.exists():
            pytest.skip("axe-core can't be had from the npm registry now")
    return SOURCE.read_text()


def _violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("axe.run()")
    return [
        f"{page.url} {one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


def _paths(desk: Desk) -> list[str]:
    texts = [single(1), comment("Buy https://pills.example.net now\u202e!", "Kayla")]
    add_receiver(desk.house, "https://blog.example/hooks")
    ids = send(desk.house, [*texts, *(campaign(n) for n in range(3)), single(2)], at=now())
    person = Person(desk.site_id, "Ben", "desk")
    desk.house.reviewing.answer(person, [Answered(ids[-1], Outcome.APPROVE, 0)])
    invitation = desk.house.visits.invite(desk.site_id, ReviewerRole.REVIEWER)
    pages = ["", "/alike", "/comments", f"/comments/{ids[-1]}", "/overview", "/settings"]
    pages += ["/replay", "/webhooks"]
    return [*pages, f"/alike/{ids[2]}", "/login", f"/welcome?link={invitation}", "/welcome?link=x"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(desk: Desk, enter: Enter, axe: str, theme: str) -> None:
    paths = _paths(desk)
    page = enter("Ada", color_scheme=theme, reduced_motion="reduce")
    found = []
    for path in paths[:-1]:
        page.goto(f"{desk.address}/review{path}")
        found += _violations(page, axe)
    page.goto(f"{desk.address}/review")
    page.keyboard.press("x")
    page.keyboard.press("g")
    page.keyboard.press("?")
    found += _violations(page, axe)
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_selector("#toast:not([hidden])")
    found += _violations(page, axe)
    assert found == []


def test_every_control_is_reached_by_tab_with_visible_focus(desk: Desk, enter: Enter) -> None:
    paths = _paths(desk)
    page = enter("Ada")
    for path in ("", paths[3], "/settings", "/replay", "/webhooks"):
        page.goto(f"{desk.address}/review{path}")
        wanted = page.evaluate(
            """() => [...document.querySelectorAll('a, button, select, summary, textarea,'
              + ' input:not([type=hidden]):not([tabindex="-1"])')]
              .filter(e => e.checkVisibility()).length"""
        )
        reached, unseen = set(), []
        for _ in range(wanted + 20):
            page.keyboard.press("Tab")
            place, outlined = page.evaluate(
                """() => { const e = document.activeElement; return [
                  [...document.querySelectorAll('*')].indexOf(e),
                  getComputedStyle(e).outlineStyle !== 'none' || e === document.body] }"""
            )
            reached.add(place)
            if not outlined:
                unseen.append(page.evaluate("document.activeElement.outerHTML"))
        assert unseen == []
        assert len(reached) >= wanted


def test_a_phone_shows_every_page_without_scrolling_sideways(desk: Desk, enter: Enter) -> None:
    paths = _paths(desk)
    page = enter("Ada", viewport={"width": 390, "height": 844})
    for path in paths[:-1]:
        page.goto(f"{desk.address}/review{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
