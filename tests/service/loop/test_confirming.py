"""Whose doubted labels are confirmed is remembered, until the moment of the confirmation."""

import json

import httpx
import pytest
from typer.testing import CliRunner

from service.cli import app
from service.clock import now
from service.house import House
from service.settings import Settings
from service.store.confirmations import add_confirmation, confirmed_until
from tests.service.conftest import open_house
from tests.service.running import running
from tests.service.tiny_bundle import CERTAIN_SPAM


def _labelled_by(client: httpx.Client, house: House) -> str:
    """Label one comment and return who did."""
    comment = client.post("/v1/comments", json={"content": CERTAIN_SPAM}).json()["id"]
    client.post(f"/v1/comments/{comment}/label", json={"label": "ham"}).raise_for_status()
    stored = house.store.reading()
    with stored as connection:
        return str(connection.exec_driver_sql("SELECT who FROM labels").scalar_one())


def test_a_confirmation_is_kept_with_its_time_and_who_gave_it(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = open_house(sqlite_settings)
    with running(house) as client:
        who = _labelled_by(client, house)
    monkeypatch.setenv("WINNOW_DATA_DIR", str(sqlite_settings.data_dir))
    monkeypatch.setenv("WINNOW_BUNDLE_DIR", str(sqlite_settings.bundle_dir))
    before = now()
    done = CliRunner().invoke(app, ["labels", "confirm", who, "--json"])
    assert [one["who"] for one in json.loads(done.stdout)] == [who]
    stranger = CliRunner().invoke(app, ["labels", "confirm", "nobody"])
    assert "nobody named 'nobody'" in str(stranger.exception)
    with house.store.reading() as connection:
        until = confirmed_until(connection)
    assert until.keys() == {who}
    assert until[who] >= before
    with house.store.writing() as connection:
        add_confirmation(connection, who, "Ada", until[who] + 5)
    with house.store.reading() as connection:
        assert confirmed_until(connection) == {who: until[who] + 5}
    house.store.close()
