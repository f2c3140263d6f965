"""`make demo` as its reader sees it: post on the blog, answer on the desk, see it on the blog."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from models.bundle import save_bundle
from tests.browser.conftest import OUTPUT, watched
from tests.reliability.replica import ROOT, free_port
from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM, UNSURE, tiny_bundle

pytestmark = pytest.mark.browser
PATIENCE = 60_000


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the demonstration said that everything is."""

    blog: str
    invitation: str
    desk: str


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Demo]:
    """What `make demo` starts, with a bundle whose decisions are known beforehand."""
    bundle = tmp_path / "bundle"
    save_bundle(tiny_bundle(), bundle)
    monkeypatch.setenv("WINNOW_BUNDLE_DIR", str(bundle))
    script = ROOT / "integrations" / "example-blog" / "demo.py"
    ports = ["--port", str(free_port()), "--blog-port", str(free_port())]
    child = subprocess.Popen(
        [sys.executable, str(script), *ports],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert child.stdout is not None
    with closing(child.stdout):
        try:
            said = ""
            while "Ctrl-C" not in said:
                line = child.stdout.readline()
                assert line, said
                said += line
            yield Demo(
                _address(r"Blog +(\S+)", said),
                _address(r"(\S+/review/welcome\S+)", said),
                _address(r"Review desk +(\S+)", said),
            )
        finally:
            child.send_signal(signal.SIGINT)
            child.stdout.read()
            status = child.wait(60)
        assert status == 0


def _address(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    assert found is not None, said
    return found[1]


def _post(blog: Page, name: str, content: str) -> None:
    """Fill the form as a person does, who takes longer than two seconds for it."""
    blog.fill("[name=author]", name)
    blog.fill("[name=content]", content)
    shown = blog.locator("[name=shown_at]")
    shown.evaluate("field => field.value -= 20")
    blog.get_by_role("button", name="Post comment").click()


def test_a_doubtful_comment_is_approved_on_the_desk_and_appears_on_the_blog(
    demo: Demo, chromium: Browser
) -> None:
    reader, author = chromium.new_context(), chromium.new_context()
    blog, desk = reader.new_page(), author.new_page()
    faults = [watched(blog, demo.blog), watched(desk, demo.desk.removesuffix("/review"))]
    expect.set_options(timeout=PATIENCE)
    blog.goto(demo.blog)
    _post(blog, "Marta", CERTAIN_HAM)
    expect(blog.locator(".comment.shown")).to_have_count(1)
    _post(blog, "Lucky Slots", CERTAIN_SPAM)
    expect(blog.locator(".comment.waiting")).to_have_count(0)
    expect(blog.locator("#comments")).not_to_contain_text("casino")
    _post(blog, "Jonas", UNSURE)
    expect(blog.locator(".comment.waiting")).to_contain_text(UNSURE)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    blog.screenshot(path=str(OUTPUT / "demo-1-waiting.png"), full_page=True)

    desk.goto(demo.invitation)
    desk.fill("#name", "Ada")
    desk.fill("#password", "a long walk in the rain")
    desk.get_by_role("button", name="Begin").click()
    expect(desk.locator(".card.current")).to_contain_text(UNSURE)
    desk.screenshot(path=str(OUTPUT / "demo-2-desk.png"))
    began = time.monotonic()
    desk.keyboard.press("a")
    expect(blog.locator(".comment.shown")).to_have_count(2)
    seconds = time.monotonic() - began
    print(f"from the key to the reader's page: {seconds:.2f} s")  # noqa: T201
    blog.screenshot(path=str(OUTPUT / "demo-3-published.png"), full_page=True)

    stranger = chromium.new_context()
    other = stranger.new_page()
    other.goto(demo.blog)
    expect(other.locator("#comments")).to_contain_text(UNSURE)
    for context in (reader, author, stranger):
        context.close()
    assert faults == [[], []]
