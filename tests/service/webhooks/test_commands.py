import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.deciding.decision import Decision
from tests.service.webhooks.shops import Shop

Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def run(sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Run:
    settings = sqlite_shop.house.settings
    monkeypatch.setenv("WINNOW_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("WINNOW_BUNDLE_DIR", str(settings.bundle_dir))

    def command(*words: str) -> list[dict[str, Any]]:
        done = CliRunner().invoke(app, [*words, "--json"])
        assert done.exit_code == 0, done.output
        rows: list[dict[str, Any]] = json.loads(done.stdout)
        return rows

    return command


def test_receivers_are_added_listed_rotated_disabled_and_enabled(run: Run) -> None:
    url = "https://blog.example/hooks"
    (added,) = run("webhooks", "add", "default", url, "--event", "comment.reviewed")
    assert added["secret"].startswith("whsec_")
    (rotated,) = run("webhooks", "rotate", added["id"])
    assert rotated["secret"] != added["secret"]
    run("webhooks", "disable", added["id"])
    (listed,) = run("webhooks", "list", "default")
    assert (listed["url"], listed["events"]) == (url, "comment.reviewed")
    assert listed["state"] == "disabled: by the operator"
    assert "secret" not in listed
    run("webhooks", "enable", added["id"])
    assert run("webhooks", "list", "default")[0]["state"] == "active"


def test_a_delivery_is_listed_and_sent_again_with_its_id(run: Run, sqlite_shop: Shop) -> None:
    run("webhooks", "add", "default", "https://blog.example/hooks", "--event", "comment.reviewed")
    sqlite_shop.review(sqlite_shop.comments(1)[0], Decision.REJECT)
    sqlite_shop.execute("UPDATE deliveries SET due_at = NULL, attempts = 13")
    (given_up,) = run("webhooks", "deliveries", "default")
    assert (given_up["state"], given_up["attempts"]) == ("given up", "13")
    before = sqlite_shop.deliveries()[0].event_id
    run("webhooks", "resend", given_up["id"])
    again = sqlite_shop.deliveries()[0]
    assert (again.event_id, again.attempts) == (before, 0)
    assert again.due_at is not None


@pytest.mark.parametrize(
    "words",
    [
        ("add", "default", "ftp://blog.example"),
        ("add", "nosite", "https://blog.example"),
        ("resend", "01"),
        ("rotate", "01"),
        ("enable", "01"),
        ("list", "nosite"),
    ],
)
def test_a_mistake_is_told_in_one_line(run: Run, words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, ["webhooks", *words])
    assert done.exit_code == 1
    assert "Traceback" not in done.output


def test_an_akismet_key_is_made_set_listed_and_revoked(run: Run) -> None:
    (made,) = run("keys", "add", "default", "--akismet")
    assert re.fullmatch("[0-9a-f]{12}", made["secret"])
    (made_set,) = run("keys", "set", made["id"], "--hold", "spam", "--discard")
    assert (made_set["hold"], made_set["discard"]) == ("spam", True)
    listed = {row["id"]: row["akismet"] for row in run("keys", "list", "default")}
    assert listed.pop(made["id"]) == "hold spam, discard"
    assert set(listed.values()) == {""}
    run("keys", "revoke", made["id"])
    assert made["id"] not in {row["id"] for row in run("keys", "list", "default")}
