from pathlib import Path

import pytest
from pydantic import ValidationError

from service.settings import SHIPPED_BUNDLE, Settings, SettingsError


def test_defaults_listen_on_loopback_and_embed_the_store() -> None:
    settings = Settings.from_environ({})
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.data_dir == Path("data")
    assert settings.database_url is None
    assert settings.bundle_dir == SHIPPED_BUNDLE


def test_reads_only_its_own_prefix() -> None:
    settings = Settings.from_environ({"WINNOW_PORT": "9000", "PORT": "1", "HOME": "/"})
    assert settings.port == 9000


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        ({"WINNOW_PROT": "1"}, "WINNOW_PROT is not a setting; did you mean WINNOW_PORT?"),
        ({"WINNOW_XYZZY": "1"}, "WINNOW_XYZZY is not a setting"),
        ({"WINNOW_PORT": "many"}, "WINNOW_PORT: "),
        ({"WINNOW_PORT": "70000"}, "WINNOW_PORT: "),
        ({"WINNOW_QUEUE_SIZE": "100000"}, "WINNOW_QUEUE_SIZE: "),
        ({"WINNOW_LOG_LEVEL": "loud"}, "WINNOW_LOG_LEVEL: "),
        ({"WINNOW_DATABASE_URL": "mysql://x"}, "WINNOW_DATABASE_URL: "),
        ({"WINNOW_TRUSTED_PROXIES": "10.0.0.0/8, nonsense"}, "WINNOW_TRUSTED_PROXIES: "),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(environ: dict[str, str], line: str) -> None:
    with pytest.raises(SettingsError) as fault:
        Settings.from_environ(environ)
    assert str(fault.value).startswith(line)
    assert "\n" not in str(fault.value)


def test_a_wrong_secret_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as fault:
        Settings.from_environ({"WINNOW_DATABASE_URL": "mysql://user:hunter2@host/x"})
    assert "hunter2" not in str(fault.value)
    assert "hunter2" not in repr(Settings.from_environ({"WINNOW_API_KEY": "hunter2"}))


def test_an_empty_variable_is_unset() -> None:
    assert Settings.from_environ({"WINNOW_API_KEY": "", "WINNOW_PORT": ""}) == Settings()


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings.from_environ({}).port = 1
