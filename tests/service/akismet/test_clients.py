"""Conformance point 23: the clients that blogs use, as they are, against a running service."""

import asyncio
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import akismet
import httpx
import pytest

from tests.service.akismet.blogs import BLOG, THANKS, AkismetBlog
from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM, SPAM

BLATANT = " ".join(SPAM)
PACKAGES = ("akismet-api@6.0.0", "@cedx/akismet@16.2.1")
COMMENT: dict[str, Any] = {"user_ip": "192.0.2.7", "comment_author": "Ada"}


class Redirected(httpx.HTTPTransport):
    """The client has no setting for the address, but takes an HTTP client of ours."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._target = httpx.URL(base)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return super().handle_request(_redirected(request, self._target))


class RedirectedAsync(httpx.AsyncHTTPTransport):
    """The same for the asynchronous client."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._target = httpx.URL(base)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await super().handle_async_request(_redirected(request, self._target))


def _redirected(request: httpx.Request, target: httpx.URL) -> httpx.Request:
    request.url = request.url.copy_with(scheme="http", host=target.host, port=target.port)
    return request


def test_23_the_python_client_runs_its_whole_api(blog: AkismetBlog) -> None:
    blog.answer_as(may_discard=True)
    with httpx.Client(transport=Redirected(blog.base), timeout=20) as http:
        client = akismet.SyncClient(akismet.Config(key=blog.key, url=BLOG), http_client=http)
        assert client.verify_key() is True
        assert client.verify_key("0" * 12, BLOG) is False
        check = akismet.CheckResponse
        assert client.comment_check(**COMMENT, comment_content=CERTAIN_HAM) is check.HAM
        assert client.comment_check(**COMMENT, comment_content=CERTAIN_SPAM) is check.SPAM
        assert client.comment_check(**COMMENT, comment_content=BLATANT) is check.DISCARD
        guaranteed = COMMENT | {"comment_author": "viagra-test-123"}
        assert client.comment_check(**guaranteed, is_test=True) is check.SPAM
        assert client.submit_spam(**COMMENT, comment_content=CERTAIN_HAM) is True
        assert client.submit_ham(**COMMENT, comment_content=CERTAIN_SPAM) is True
        assert client.usage_limit()["limit"] == "none"
        # The client sends no key here, so all it can be told is that.
        with pytest.raises(akismet.APIKeyError):
            client.key_sites()
        bad = akismet.SyncClient(akismet.Config(key="0" * 12, url=BLOG), http_client=http)
        with pytest.raises(akismet.APIKeyError):
            bad.comment_check(**COMMENT, comment_content=CERTAIN_HAM)


def test_23_the_asynchronous_python_client_runs_its_whole_api(blog: AkismetBlog) -> None:
    async def run() -> None:
        config = akismet.Config(key=blog.key, url=BLOG)
        async with httpx.AsyncClient(transport=RedirectedAsync(blog.base), timeout=20) as http:
            client = akismet.AsyncClient(config, http_client=http)
            check = akismet.CheckResponse
            assert await client.verify_key() is True
            assert await client.verify_key("0" * 12, BLOG) is False
            assert await client.comment_check(**COMMENT, comment_content=CERTAIN_HAM) is check.HAM
            assert await client.comment_check(**COMMENT, comment_content=BLATANT) is check.SPAM
            assert await client.submit_spam(**COMMENT, comment_content=CERTAIN_HAM) is True
            assert await client.submit_ham(**COMMENT, comment_content=BLATANT) is True
            assert (await client.usage_limit())["throttled"] is False
            with pytest.raises(akismet.APIKeyError):
                await client.key_sites()

    asyncio.run(run())


@pytest.fixture(scope="session")
def npm_clients() -> Path:
    """A folder with the npm clients, outside the repository; made once and kept."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm is not installed")
    cache = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser()
    folder = cache / "winnow-tests" / "akismet-clients"
    if not (folder / "node_modules/@cedx/akismet").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *PACKAGES]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            pytest.skip(f"npm could not install the clients: {done.stderr[-300:]}")
    return folder


def _run(folder: Path, client: str, blog: AkismetBlog, spam: str) -> dict[str, Any]:
    script = Path(__file__).with_name("clients.mjs")
    command = ["node", str(script), str(folder), client, blog.base, blog.key, CERTAIN_HAM, spam]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_23_the_npm_client_akismet_api_runs_its_whole_api(
    blog: AkismetBlog, npm_clients: Path
) -> None:
    assert _run(npm_clients, "akismet-api", blog, CERTAIN_SPAM) == {
        "good_key": True,
        "bad_key": False,
        "ham": False,
        "spam": True,
        "guaranteed": True,
        "administrator": False,
        "honeypot": True,
        "bad_check": "Invalid API key",
        "submit_spam": None,
        "submit_ham": None,
    }


def test_23_the_npm_client_of_cedx_runs_its_whole_api(blog: AkismetBlog, npm_clients: Path) -> None:
    blog.answer_as(may_discard=True)
    found = _run(npm_clients, "@cedx/akismet", blog, CERTAIN_SPAM)
    assert "winnow keys add" in found.pop("bad_check")
    assert found == {
        "good_key": True,
        "bad_key": False,
        "ham": "ham",
        "spam": "spam",
        "discard": "pervasiveSpam",
        "guaranteed": "spam",
        "administrator": "ham",
        "submit_spam": None,
        "submit_ham": None,
    }


def test_23_a_php_client_that_speaks_as_the_official_sdk_does_runs_its_whole_api(
    blog: AkismetBlog,
) -> None:
    php = shutil.which("php")
    if php is None or "curl" not in subprocess.check_output([php, "-m"], text=True):
        pytest.skip("no PHP with curl on this machine")
    blog.answer_as(may_discard=True)
    script = Path(__file__).with_name("client.php")
    command = [php, str(script), blog.base, blog.key, CERTAIN_HAM, CERTAIN_SPAM]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found.pop("usage")["upgrade"] is False
    assert found.pop("subscription")["status"] == "active"
    stats = found.pop("stats")
    assert (stats["spam"], stats["ham"], len(stats["breakdown"])) == (2, 3, 2)
    assert all(type(month["blogs"]) is int for month in stats["breakdown"].values())
    assert found == {
        "good_key": True,
        "bad_key": [200, "invalid", True],
        "ham": ["false", None, True],
        "spam": ["true", None, True],
        "discard": ["true", "discard", True],
        "guaranteed": ["true", None, True],
        "administrator": ["false", None, True],
        "honeypot": ["true", None, True],
        "submit_ham": THANKS,
        "submit_spam": THANKS,
        "sites": [True, True],
        "token": True,
        "deactivate": "deactivated",
    }
