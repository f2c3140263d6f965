"""A running desk and a real Chromium before it."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Error,
    Page,
    Playwright,
    Request,
    sync_playwright,
)

from service.front import Front
from service.house import House
from service.reviewing.reviewer import ReviewerRole
from tests.service.desk_house import PASSWORD, add_person, desk_house, first_site

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OUTPUT = Path(__file__).parents[2] / "test-output" / "browser"


@dataclass
class Desk:
    """A service on a free port, with one site and two people."""

    house: House
    address: str
    site_id: str


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for the tests of this folder; while it runs, its event loop is in everybody's way."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; install the distribution's package `chromium`")
    playwright: Playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk where everything is held, with the admin Ada and the reviewer Ben."""
    with running(desk_house(tmp_path)) as one:
        yield one


class running:  # noqa: N801 - reads as what it does
    """Runs a house in a thread of its own while the block lasts."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._front = Front(house)
        config = uvicorn.Config(
            self._front, host="127.0.0.1", port=0, log_config=None, access_log=False
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> Desk:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self._front.until_loaded(20)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        site_id = first_site(self._house)
        add_person(self._house, site_id, "Ada", ReviewerRole.ADMIN)
        add_person(self._house, site_id, "Ben", ReviewerRole.REVIEWER)
        return Desk(self._house, f"http://127.0.0.1:{port}", site_id)

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


Enter = Callable[..., Page]


@pytest.fixture
def enter(chromium: Browser, desk: Desk) -> Iterator[Enter]:
    """Open the desk as a person, in a browser context of their own; faults of the page fail the test."""
    opened: list[tuple[Page, list[str]]] = []

    def open_as(name: str, **options: object) -> Page:
        given: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}, **options}
        context = chromium.new_context(**given)
        page = context.new_page()
        page.set_default_timeout(10_000)
        opened.append((page, watched(page, desk.address)))
        log_in(page, desk.address, name)
        return page

    yield open_as
    for page, faults in opened:
        page.context.close()
        assert faults == []


def log_in(page: Page, address: str, name: str) -> None:
    """Log in by the form."""
    page.goto(f"{address}/review/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#waiting")


def watched(page: Page, address: str) -> list[str]:
    """Collect what must never happen: dialogs, faults, console errors, requests to elsewhere."""
    faults: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        faults.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def hear(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            faults.append(f"console {said.text}")

    def check(request: Request) -> None:
        if not request.url.startswith(address):
            faults.append(f"request {request.url}")

    def fail(fault: Error) -> None:
        faults.append(f"fault {fault}")

    page.on("dialog", dismiss)
    page.on("console", hear)
    page.on("request", check)
    page.on("pageerror", fail)
    return faults
