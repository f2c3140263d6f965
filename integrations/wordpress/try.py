"""Runs an unmodified WordPress with the Akismet plugin against a Winnow, end to end.

Needs PHP's command line with mysqli, a MariaDB that root may use over its socket, a folder with
WordPress and the Akismet plugin (Debian's package `wordpress` has both). Example:

    apt-get install wordpress mariadb-server php-cli php-mysql && service mariadb start
    .venv/bin/python integrations/wordpress/try.py

Prints one line per step. At the first that is not as it should be it prints what Winnow and PHP
wrote last, and ends with status 1.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import httpx
from wordpress_site import PASSWORD, Failed, Site, run  # beside this file

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OURS = [sys.executable, "-m", "service"]
WORDPRESS_PORT, WINNOW_PORT = 8410, 8411
BLOG, WINNOW = f"http://127.0.0.1:{WORDPRESS_PORT}", f"http://127.0.0.1:{WINNOW_PORT}"
KEY = "wk_the-key-of-this-trial"
# What the shipped bundle approves, rejects and holds.
TEXTS = {
    "ham": "Welcome! I've moved my own blog, too, and the hardest part wasn't \"the import\" but the "
    "old links. Didn't you keep a list of redirects?",
    "spam": "Great blog! Visit our <a href='http://lucky-slots.example'>casino</a> for free spins "
    "and cheap viagra, buy now http://lucky-slots.example/bonus",
    "doubtful": "Nice post, thanks for sharing. You may also like http://my-notes.example/welcome",
}


def main() -> None:
    """Set everything up in a temporary folder, run the scenario, take everything down."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--wordpress", type=Path, default=Path("/usr/share/wordpress"))
    options.add_argument("--akismet", type=Path, help="plugin folder, if it is elsewhere")
    options.add_argument("--bundle", type=Path, help="bundle for Winnow, if not the shipped one")
    for name, content in TEXTS.items():
        options.add_argument(f"--{name}", default=content, help=f"a comment that is {name}")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), given)
        try:
            trial.run()
        except (Failed, httpx.HTTPError) as fault:
            raise SystemExit(f"FAILED  {fault}\n{trial.last_words()}") from fault
        finally:
            trial.close()


class Trial:
    """One WordPress and one Winnow."""

    def __init__(self, folder: Path, given: argparse.Namespace) -> None:
        self.given = given
        self.logs = {"Winnow": folder / "winnow.log", "PHP": folder / "php.log"}
        self.site = Site(folder / "site", BLOG)
        self.environ = {
            **os.environ,
            "WINNOW_DATA_DIR": str(folder / "data"),
            "WINNOW_PORT": str(WINNOW_PORT),
            "WINNOW_API_KEY": KEY,
            "WINNOW_PRIVATE_RECEIVERS": "127.0.0.0/8",
            **({"WINNOW_BUNDLE_DIR": str(given.bundle)} if given.bundle else {}),
        }
        self.children: list[subprocess.Popen[bytes]] = []
        self.visitor = httpx.Client(base_url=BLOG, timeout=60)
        self.admin = httpx.Client(base_url=BLOG, timeout=60, follow_redirects=True)
        self.api = httpx.Client(base_url=WINNOW, headers={"Authorization": f"Bearer {KEY}"})

    def run(self) -> None:
        """The scenario."""
        winnow = self.start_winnow()
        self.make_site(self.winnow("keys", "add", "default", "--akismet")[0]["secret"])
        version = self.site.php(
            "echo get_bloginfo('version') . ' with Akismet ' . AKISMET_VERSION;"
        )
        print(f"WordPress {version}")
        given = self.given
        ham = self.comment("a visitor's ham", given.ham, "1")
        spam = self.comment("a visitor's spam", given.spam, "spam")
        doubtful = self.comment("a visitor's doubtful comment", given.doubtful, "0")
        if self.has_webhook():
            self.review(doubtful, "ham")
            self.expect("our review of it reached WordPress", lambda: self.status(doubtful), "1")
        self.not_spam(spam)
        self.expect("“not spam” in wp-admin is a label here", lambda: self.label(spam), "ham")
        self.expect("and WordPress has it pending again", lambda: self.status(spam), "0")
        self.stop(winnow)
        held = self.comment("a visitor's ham while Winnow is down", given.ham + " Bye.", "0")
        self.start_winnow()
        self.site.php("do_action('akismet_schedule_cron_recheck');")
        self.expect("Winnow is back: the recheck settles it", lambda: self.status(held), "1")
        assert self.status(ham) == "1"

    def comment(self, what: str, content: str, status: str) -> str:
        """Post a comment through the form on the page; return its id."""
        page = self.visitor.get("/", params={"p": "1"}, follow_redirects=True).text
        fields = dict(re.findall(r"name='([^']+)'[^>]*value='([^']*)'", page))
        fields |= dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', page))
        before = self.site.query("SELECT COALESCE(MAX(comment_ID), 0) FROM wp_comments")
        # WordPress rewrites texts, but no e-mail: by it we find the comment again at Winnow.
        email = f"ada-{before}@example.org"
        fields |= {"comment": content, "author": "Ada", "email": email, "url": ""}
        self.site.php("wp_cache_flush();")
        answer = self.visitor.post("/wp-comments-post.php", data=fields)
        if answer.status_code != 302:
            raise Failed(f"{what}: WordPress answered {answer.status_code}\n{answer.text}")
        new = self.site.query("SELECT MAX(comment_ID) FROM wp_comments")
        if new == before:
            raise Failed(f"{what}: WordPress stored no comment")
        self.expect(what, lambda: self.status(new), status)
        # WordPress takes a second comment of one author only after 15 seconds.
        self.site.query(
            "UPDATE wp_comments SET comment_date_gmt = UTC_TIMESTAMP() - INTERVAL 1 HOUR"
            f" WHERE comment_ID = {new}"
        )
        return new

    def review(self, comment: str, label: str) -> None:
        """Answer a held comment as a reviewer of ours."""
        path = f"/v1/comments/{self.guid(comment)}/label"
        self.api.post(path, json={"label": label}).raise_for_status()

    def not_spam(self, comment: str) -> None:
        """Log in and follow the link “Not Spam”."""
        form = {"log": "admin", "pwd": PASSWORD, "testcookie": "1", "wp-submit": "Log In"}
        self.admin.get("/wp-login.php")
        self.admin.post("/wp-login.php", data=form)
        page = self.admin.get("/wp-admin/edit-comments.php", params={"comment_status": "spam"}).text
        link = re.search(
            rf"comment\.php\?[^'\"]*action=unspamcomment[^'\"]*c={comment}[^'\"]*", page
        )
        link = link or re.search(rf"comment\.php\?c={comment}[^'\"]*action=unspam[^'\"]*", page)
        if link is None:
            raise Failed("there is no link “Not Spam”")
        self.admin.get(f"/wp-admin/{unescape(link.group())}").raise_for_status()

    def expect(self, what: str, found: Callable[[], str | None], wanted: str) -> None:
        """Wait until it is so, at most ten seconds."""
        started = time.monotonic()
        while (seen := found()) != wanted:
            if time.monotonic() > started + 10:
                raise Failed(f"{what}: {seen!r} instead of {wanted!r}")
            time.sleep(0.1)
        print(f"ok      {what}: {wanted}  ({time.monotonic() - started:.1f} s)", flush=True)

    def status(self, comment: str) -> str:
        """Return how a comment stands in WordPress: 1, 0 (pending) or spam."""
        return self.site.query(
            f"SELECT comment_approved FROM wp_comments WHERE comment_ID={comment}"
        )

    def guid(self, comment: str) -> str:
        """Return what WordPress remembers of our answer, or the first check with its e-mail."""
        known = self.site.query(
            "SELECT meta_value FROM wp_commentmeta WHERE meta_key='akismet_guid'"
            f" AND comment_id={comment}"
        )
        if known:
            return known
        of = f"SELECT comment_author_email FROM wp_comments WHERE comment_ID={comment}"
        email = self.site.query(of)
        newest_first = self.api.get("/v1/comments", params={"limit": 100}).json()["items"]
        for one in reversed(newest_first):
            if one["comment"]["author"]["email"] == email:
                return str(one["id"])
        raise Failed(f"Winnow has no comment of {email}")

    def label(self, comment: str) -> str | None:
        """Return the label that we have of a comment."""
        found: str | None = self.api.get(f"/v1/comments/{self.guid(comment)}").json()["label"]
        return found

    def has_webhook(self) -> bool:
        """Tell whether this plugin can be told of reviews (from 5.5 on)."""
        has = (
            self.site.php("echo method_exists('Akismet_REST_API', 'receive_webhook') ? 1 : 0;")
            == "1"
        )
        if not has:
            print("skip    this Akismet plugin can't be told of reviews")
        return has

    def make_site(self, key: str) -> None:
        """Install WordPress as its owner would."""
        self.site.copy(self.given.wordpress, self.given.akismet, WINNOW, key)
        serve = ["php", "-S", f"127.0.0.1:{WORDPRESS_PORT}", "-t", str(self.site.folder)]
        self.serve("PHP", serve, {**os.environ, "PHP_CLI_SERVER_WORKERS": "4"})
        _wait_for(BLOG + "/readme.html")
        self.site.install(self.visitor)

    def winnow(self, *command: str) -> Any:
        """Run a command of ours."""
        return json.loads(run([*OURS, *command, "--json"], cwd=ROOT, env=self.environ))

    def start_winnow(self) -> "subprocess.Popen[bytes]":
        """Start the service."""
        child = self.serve("Winnow", [*OURS, "serve"], self.environ)
        _wait_for(WINNOW + "/readyz")
        return child

    def serve(self, who: str, command: list[str], env: dict[str, str]) -> "subprocess.Popen[bytes]":
        """Start a server that writes into a log of its own."""
        with self.logs[who].open("ab") as log:
            child = subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
            )
        self.children.append(child)
        return child

    def last_words(self) -> str:
        """Return what the servers wrote last."""
        written = {who: log.read_text("utf-8") for who, log in self.logs.items() if log.exists()}
        return "\n".join(f"--- {who}\n{text[-3000:]}" for who, text in written.items())

    def stop(self, child: "subprocess.Popen[bytes]") -> None:
        """End one of our children, and its workers."""
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
            child.wait()

    def close(self) -> None:
        """Leave nothing behind."""
        for child in self.children:
            self.stop(child)
        self.site.drop()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise Failed(f"{url} does not answer")


if __name__ == "__main__":
    main()
