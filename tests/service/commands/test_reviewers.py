import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.first_start import ensure_first_site, first_invitation
from service.house import build
from service.settings import Settings
from service.store.migrate import migrate
from tests.service.api_client import DeskClient
from tests.service.desk_house import PASSWORD, bundle_folder


def test_people_are_added_listed_given_a_password_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINNOW_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WINNOW_BUNDLE_DIR", str(bundle_folder(False)))
    house = build(Settings(data_dir=tmp_path, bundle_dir=bundle_folder(False)))
    migrate(house.store)
    ensure_first_site(house.store, house.settings, house.new_id)
    runner = CliRunner()

    def run(*words: str, typed: str = "") -> str:
        result = runner.invoke(app, ["reviewers", *words], input=typed)
        assert result.exit_code == 0, result.output
        return result.output

    assert first_invitation(house) is not None
    run("add", "default", "Ada", "--role", "admin", typed=f"{PASSWORD}\n")
    assert first_invitation(house) is None
    (row,) = json.loads(run("list", "default", "--json"))
    assert (row["name"], row["role"]) == ("Ada", "admin")
    client = DeskClient(house)
    assert client.log_in().status_code == 303
    run("password", "Ada", typed="another long walk in the sun\n")
    assert client.get("/review").status_code == 303
    assert client.log_in().status_code == 401
    assert client.log_in("ada", "another long walk in the sun").status_code == 303
    run("remove", "default", "Ada")
    assert client.get("/review").status_code == 303
    refused = runner.invoke(app, ["reviewers", "add", "default", "Ben", "--password", "short"])
    assert refused.exit_code == 1
    assert "12 to 200 characters" in str(refused.exception)
    house.store.close()
