"""A WordPress of one trial: a copy of its files, and a database of its own."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).resolve().parent
DATABASE = "winnow_akismet_wordpress"
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


class Failed(Exception):
    """A step that is not as it should be."""


class Site:
    """One WordPress at an address."""

    def __init__(self, folder: Path, blog: str) -> None:
        self.folder = folder
        self.blog = blog

    def copy(self, wordpress: Path, akismet: Path | None, winnow: str, key: str) -> None:
        """Lay out its files as its owner would, with our must-use plugin, and an empty database."""
        shutil.copytree(wordpress, self.folder, ignore=_broken_links)
        content = self.folder / "wp-content"
        if akismet:
            shutil.copytree(akismet, content / "plugins/akismet", dirs_exist_ok=True)
        (content / "mu-plugins").mkdir(exist_ok=True)
        shutil.copy(HERE / "winnow-akismet.php", content / "mu-plugins")
        theme = content / "themes/bare"
        theme.mkdir(parents=True, exist_ok=True)
        (theme / "style.css").write_text("/* Theme Name: Bare */")
        (theme / "index.php").write_text(THEME)
        names = {"database": DATABASE, "blog": self.blog, "winnow": winnow, "key": key}
        config = self.folder / "wp-config.php"
        config.unlink(missing_ok=True)
        config.write_text(CONFIG.format(**names))
        self.query(
            f"DROP DATABASE IF EXISTS {DATABASE}; CREATE DATABASE {DATABASE};"
            f" GRANT ALL ON {DATABASE}.* TO '{DATABASE}'@'127.0.0.1' IDENTIFIED BY 'trial';"
            f" GRANT ALL ON {DATABASE}.* TO '{DATABASE}'@'localhost' IDENTIFIED BY 'trial'",
            database=None,
        )

    def install(self, visitor: httpx.Client) -> None:
        """Fill in its installation form, and activate the Akismet plugin."""
        form = {
            "weblog_title": "A blog",
            "user_name": "admin",
            "admin_password": PASSWORD,
            "admin_password2": PASSWORD,
            "admin_email": "admin@blog.example",
        }
        installed = visitor.post("/wp-admin/install.php", params={"step": "2"}, data=form)
        if "wp-login.php" not in installed.text:
            raise Failed(f"WordPress was not installed: {installed.text[:500]}")
        self.php(
            "require_once ABSPATH . 'wp-admin/includes/plugin.php';"
            "switch_theme('bare'); activate_plugin('akismet/akismet.php');"
            "update_option('comment_previously_approved', '0');"
        )

    def php(self, code: str) -> str:
        """Run PHP within WordPress."""
        with_wordpress = f"$_SERVER['HTTP_HOST'] = '127.0.0.1'; require 'wp-load.php'; {code}"
        return run(["php", "-d", "display_errors=0", "-r", with_wordpress], cwd=self.folder)

    def query(self, sql: str, database: str | None = DATABASE) -> str:
        """Ask MariaDB for one value."""
        command = ["mysql", "--batch", "--skip-column-names", *([database] if database else [])]
        return run(command, input=sql).strip()

    def drop(self) -> None:
        """Leave no database behind."""
        self.query(f"DROP DATABASE IF EXISTS {DATABASE}", database=None)


def run(command: list[str], **options: Any) -> str:
    """Run a command and return what it printed; raises `Failed` with all that it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise Failed(f"{command[0]} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def _broken_links(folder: str, names: list[str]) -> list[str]:
    """Debian's package leads to files of other packages, which may not be there."""
    return [name for name in names if not (Path(folder) / name).exists()]
