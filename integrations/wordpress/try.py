"""Runs an unmodified WordPress with the Akismet plugin against a Winnow, end to end.

Needs PHP's command line with mysqli, a MariaDB that root may use over its socket, a folder with
WordPress (Debian's: /usr/share/wordpress) and one with the Akismet plugin. Example:

    python integrations/wordpress/try.py --bundle BUNDLE --wordpress /usr/share/wordpress

Prints one line per step and ends with status 1 at the first that is not as it should be.
"""

import argparse
import json
import os
import re
import shutil
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

HERE = Path(__file__).resolve().parent
DATABASE = "winnow_akismet_wordpress"
WORDPRESS_PORT, WINNOW_PORT = 8410, 8411
BLOG, WINNOW = f"http://127.0.0.1:{WORDPRESS_PORT}", f"http://127.0.0.1:{WINNOW_PORT}"
KEY = "wk_the-key-of-this-trial"
PASSWORD = "correct horse battery staple"  # noqa: S105
# As bare as a theme can be that shows WordPress's own comment form.
THEME = "<?php wp_head(); while (have_posts()) { the_post(); comment_form(); } wp_footer();"
CONFIG = """<?php
define('DB_NAME', '{database}'); define('DB_USER', '{database}'); define('DB_PASSWORD', 'trial');
define('DB_HOST', '127.0.0.1'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', '{blog}'); define('WP_SITEURL', '{blog}'); define('DISABLE_WP_CRON', true);
define('WINNOW_URL', '{winnow}'); define('WPCOM_API_KEY', '{key}');
define('AUTOMATIC_UPDATER_DISABLED', true);
foreach (array('AUTH','SECURE_AUTH','LOGGED_IN','NONCE') as $k) {{
    define($k . '_KEY', 'trial' . $k); define($k . '_SALT', 'salt' . $k);
}}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""


def main() -> None:
    """Set everything up in a temporary folder, run the scenario, take everything down."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--wordpress", type=Path, default=Path("/usr/share/wordpress"))
    options.add_argument("--akismet", type=Path, help="plugin folder, if it is elsewhere")
    options.add_argument("--bundle", type=Path, help="bundle for Winnow, if not the shipped one")
    options.add_argument("--ham", required=True)
    options.add_argument("--spam", required=True)
    options.add_argument("--doubtful", required=True)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), given)
        try:
            trial.run()
        finally:
            trial.close()


class Trial:
    """One WordPress and one Winnow."""

    def __init__(self, folder: Path, given: argparse.Namespace) -> None:
        self.given = given
        self.site = folder / "site"
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
        version = self.php("echo get_bloginfo('version') . ' with Akismet ' . AKISMET_VERSION;")
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
        self.php("do_action('akismet_schedule_cron_recheck');")
        self.expect("Winnow is back: the recheck settles it", lambda: self.status(held), "1")
        assert self.status(ham) == "1"

    def comment(self, what: str, content: str, status: str) -> str:
        """Post a comment through the form on the page; return its id."""
        page = self.visitor.get("/", params={"p": "1"}, follow_redirects=True).text
        fields = dict(re.findall(r"name='([^']+)'[^>]*value='([^']*)'", page))
        fields |= dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', page))
        fields |= {"comment": content, "author": "Ada", "email": "ada@example.org", "url": ""}
        self.php("wp_cache_flush();")
        before = self.query("SELECT COALESCE(MAX(comment_ID), 0) FROM wp_comments")
        answer = self.visitor.post("/wp-comments-post.php", data=fields)
        assert answer.status_code == 302, answer.text
        new = self.query("SELECT MAX(comment_ID) FROM wp_comments")
        assert new != before, "WordPress stored no comment"
        self.expect(what, lambda: self.status(new), status)
        # WordPress takes a second comment of one author only after 15 seconds.
        self.query(
            "UPDATE wp_comments SET comment_date_gmt = UTC_TIMESTAMP() - INTERVAL 1 HOUR"
            f" WHERE comment_ID = {new}"
        )
        return new

    def review(self, comment: str, label: str) -> None:
        """Answer a held comment as a reviewer of ours."""
        self.api.post(f"/v1/comments/{self.guid(comment)}/label", json={"label": label})

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
        assert link is not None, "there is no link “Not Spam”"
        self.admin.get(f"/wp-admin/{unescape(link.group())}").raise_for_status()

    def expect(self, what: str, found: Callable[[], str | None], wanted: str) -> None:
        """Wait until it is so, at most ten seconds."""
        started = time.monotonic()
        while (seen := found()) != wanted:
            if time.monotonic() > started + 10:
                raise SystemExit(f"FAILED  {what}: {seen!r} instead of {wanted!r}")
            time.sleep(0.1)
        print(f"ok      {what}: {wanted}  ({time.monotonic() - started:.1f} s)", flush=True)

    def status(self, comment: str) -> str:
        """Return how a comment stands in WordPress: 1, 0 (pending) or spam."""
        return self.query(f"SELECT comment_approved FROM wp_comments WHERE comment_ID={comment}")

    def guid(self, comment: str) -> str:
        """Return what WordPress remembers of our answer, or the newest check with its text."""
        known = self.query(
            "SELECT meta_value FROM wp_commentmeta WHERE meta_key='akismet_guid'"
            f" AND comment_id={comment}"
        )
        if known:
            return known
        content = self.query(f"SELECT comment_content FROM wp_comments WHERE comment_ID={comment}")
        changes = self.api.get("/v1/changes", params={"limit": 1000}).json()["items"]
        stored = (self.api.get(f"/v1/comments/{one['comment_id']}").json() for one in changes)
        return next(str(one["id"]) for one in stored if one["comment"]["content"] == content)

    def label(self, comment: str) -> str | None:
        """Return the label that we have of a comment."""
        found: str | None = self.api.get(f"/v1/comments/{self.guid(comment)}").json()["label"]
        return found

    def has_webhook(self) -> bool:
        """Tell whether this plugin can be told of reviews (from 5.5 on)."""
        has = self.php("echo method_exists('Akismet_REST_API', 'receive_webhook') ? 1 : 0;") == "1"
        if not has:
            print("skip    this Akismet plugin can't be told of reviews")
        return has

    def make_site(self, key: str) -> None:
        """Install WordPress as its owner would."""
        shutil.copytree(self.given.wordpress, self.site, ignore_dangling_symlinks=True)
        content = self.site / "wp-content"
        if self.given.akismet:
            shutil.copytree(self.given.akismet, content / "plugins/akismet", dirs_exist_ok=True)
        (content / "mu-plugins").mkdir(exist_ok=True)
        shutil.copy(HERE / "winnow-akismet.php", content / "mu-plugins")
        theme = content / "themes/bare"
        theme.mkdir(parents=True, exist_ok=True)
        (theme / "style.css").write_text("/* Theme Name: Bare */")
        (theme / "index.php").write_text(THEME)
        names = {"database": DATABASE, "blog": BLOG, "winnow": WINNOW, "key": key}
        config = self.site / "wp-config.php"
        config.unlink(missing_ok=True)
        config.write_text(CONFIG.format(**names))
        self.query(
            f"DROP DATABASE IF EXISTS {DATABASE}; CREATE DATABASE {DATABASE};"
            f" GRANT ALL ON {DATABASE}.* TO '{DATABASE}'@'127.0.0.1' IDENTIFIED BY 'trial';"
            f" GRANT ALL ON {DATABASE}.* TO '{DATABASE}'@'localhost' IDENTIFIED BY 'trial'",
            database=None,
        )
        serve = ["php", "-S", f"127.0.0.1:{WORDPRESS_PORT}", "-t", str(self.site)]
        self.children.append(
            subprocess.Popen(
                serve,
                env={**os.environ, "PHP_CLI_SERVER_WORKERS": "4"},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )
        _wait_for(BLOG + "/readme.html")
        form = {
            "weblog_title": "A blog",
            "user_name": "admin",
            "admin_password": PASSWORD,
            "admin_password2": PASSWORD,
            "admin_email": "admin@blog.example",
        }
        installed = self.visitor.post("/wp-admin/install.php", params={"step": "2"}, data=form)
        assert "wp-login.php" in installed.text, installed.text[:500]
        self.php(
            "require_once ABSPATH . 'wp-admin/includes/plugin.php';"
            "switch_theme('bare'); activate_plugin('akismet/akismet.php');"
            "update_option('comment_previously_approved', '0');"
        )

    def php(self, code: str) -> str:
        """Run PHP within WordPress."""
        with_wordpress = f"$_SERVER['HTTP_HOST'] = '127.0.0.1'; require 'wp-load.php'; {code}"
        done = subprocess.run(
            ["php", "-d", "display_errors=0", "-r", with_wordpress],
            cwd=self.site, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    def query(self, sql: str, database: str | None = DATABASE) -> str:
        """Ask MariaDB for one value."""
        command = ["mysql", "--batch", "--skip-column-names", *([database] if database else [])]
        done = subprocess.run(command, input=sql, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def winnow(self, *command: str) -> Any:
        """Run a command of ours."""
        done = subprocess.run(
            [sys.executable, "-m", "service", *command, "--json"],
            cwd=HERE.parent.parent, env=self.environ, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return json.loads(done.stdout)

    def start_winnow(self) -> "subprocess.Popen[bytes]":
        """Start the service."""
        child = subprocess.Popen(
            [sys.executable, "-m", "service", "serve"],
            cwd=HERE.parent.parent,
            env=self.environ,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.children.append(child)
        _wait_for(WINNOW + "/readyz")
        return child

    def stop(self, child: "subprocess.Popen[bytes]") -> None:
        """End one of our children, and its workers."""
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
            child.wait()

    def close(self) -> None:
        """Leave nothing behind."""
        for child in self.children:
            self.stop(child)
        self.query(f"DROP DATABASE IF EXISTS {DATABASE}", database=None)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


if __name__ == "__main__":
    main()
