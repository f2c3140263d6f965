import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from service.clock import now
from service.reviewing.answers import Person
from service.reviewing.review import Answered, Outcome
from service.reviewing.reviewer import ReviewerRole
from service.store.keys import Site, add_site
from service.store.policies import add_policy
from tests.browser.conftest import Desk, Enter, log_in, running, watched
from tests.browser.payloads import PAYLOADS, everywhere
from tests.service.desk_house import add_person, add_receiver, desk_house, send

pytestmark = pytest.mark.browser

# What the desk itself puts into text of strangers; anything else came from a stranger.
MADE_BY_US = """() => [...document.querySelectorAll(
  '.text *, h1 bdi *, h2 bdi *, .link *, .post *, .facts dd *, .said *, .name *, td bdi *, .hits *')]
  .map(e => e.tagName).filter(name => !['BDI', 'SPAN', 'MARK', 'A', 'STRONG'].includes(name))"""
NOT_OURS = """() => document.querySelectorAll(
  'iframe, object, embed, base, style, [onerror], [onload], [style], script:not([src^="/review/"])'
  ).length"""


def _harmless(page: Page, address: str) -> None:
    assert page.evaluate(MADE_BY_US) == []
    assert page.evaluate(NOT_OURS) == 0
    assert page.url.startswith(address)


def test_sixty_payloads_in_every_field_are_harmless_text_on_every_page(
    tmp_path: Path, chromium: Browser
) -> None:
    assert len(set(PAYLOADS)) == 60
    house = desk_house(tmp_path, audit_share=1.0)
    with running(house) as desk:
        hostile = [everywhere(payload) for payload in PAYLOADS]
        add_receiver(house, "https://evil.example.net/?<script>alert(1)</script>")
        ids = send(house, hostile, at=now())
        assert len(ids) == 60
        _hostile_settings(desk)
        person = Person(desk.site_id, "<i>Eve</i>", "desk")
        house.reviewing.answer(person, [Answered(ids[-1], Outcome.REJECT_OTHER, 0)])
        context = chromium.new_context(viewport={"width": 1280, "height": 860})
        page = context.new_page()
        faults = watched(page, desk.address)
        log_in(page, desk.address, "Ada")
        _harmless(page, desk.address)
        campaigns = _campaigns(page)
        assert sum(campaigns.values()) == 59
        lists: tuple[str, ...] = (
            "alike",
            "comments",
            "comments?text=%3Cscript%3E",
            "overview",
            "settings",
        )
        lists += tuple(f"alike/{one}" for one, alike in campaigns.items() if alike > 1)
        lists += ("replay?max_ham_rejected=0.1", "webhooks")
        for path in (*lists, "?text=%22%3E%3Cimg+src%3Dx%3E", *(f"comments/{one}" for one in ids)):
            page.goto(f"{desk.address}/review/{path}", wait_until="load")
            _harmless(page, desk.address)
        page.goto(f"{desk.address}/review/comments/{ids[0]}")
        assert "<script>alert(1)</script> written by a stranger" in page.inner_text(".text")
        context.close()
        assert faults == []


def _campaigns(page: Page) -> dict[str, int]:
    """How many comments each card of the queue stands for."""
    found: dict[str, int] = {}
    while True:
        found |= page.evaluate(
            "Object.fromEntries([...document.querySelectorAll('.card')]"
            ".map(e => [e.dataset.campaign, +e.dataset.alike]))"
        )
        following = page.locator("#next-page")
        if following.count() == 0:
            return found
        page.goto(following.evaluate("e => e.href"))


def _hostile_settings(desk: Desk) -> None:
    """Hostile words in a list, a hostile second site, a hostile reviewer's name."""
    policy = {"blocked_words": ["<img src=x onerror=alert(1)>", "written by"], "effects": {}}
    policy["effects"] = {"blocked_word": "hold"}
    site = Site(desk.house.new_id(), "<script>alert('site')</script>", now())
    with desk.house.store.writing() as connection:
        add_policy(connection, desk.site_id, json.dumps(policy), now(), "tests")
        add_site(connection, site)
    add_person(desk.house, desk.site_id, "<b onclick=alert(1)>Eve</b>", ReviewerRole.REVIEWER)


def test_odd_characters_are_shown_as_marks(desk: Desk, enter: Enter) -> None:
    texts = (
        "pay\u202egnp.exe now, it is safe and tested by all of us here",
        "zero\u200bwidth and a letter Z" + "\u0301" * 200 + " with far too many marks on it",
        "top of a very tall comment" + "\n" * 10_000 + "bottom of a very tall comment",
    )
    send(desk.house, [{"content": text} for text in texts], at=now())
    page = enter("Ben")
    marks = page.locator(".odd").all_inner_texts()
    assert {"RLO", "ZWSP", "+196 marks"} < set(marks)
    assert page.locator(".odd", has_text="empty lines").count() == 1
    tallest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.card')].map(e => e.clientHeight))"
    )
    assert tallest < 400
