import stat

import pytest
from pydantic import SecretStr

from service.sealing import FILE_NAME, SealBroken, Sealer
from service.settings import Settings, SettingsError


def test_what_is_sealed_opens_again_after_a_restart(sqlite_settings: Settings) -> None:
    sealed = Sealer.of(sqlite_settings).seal("a1b2c3d4e5f6")
    assert b"a1b2c3d4e5f6" not in sealed
    assert Sealer.of(sqlite_settings).open(sealed) == "a1b2c3d4e5f6"


def test_the_key_file_is_for_its_owner_alone(sqlite_settings: Settings) -> None:
    Sealer.of(sqlite_settings)
    path = sqlite_settings.data_dir / FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in sqlite_settings.data_dir.iterdir()] == [FILE_NAME]
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        Sealer.of(sqlite_settings)


def test_another_key_opens_nothing_and_finds_nothing(sqlite_settings: Settings) -> None:
    own = Sealer.of(sqlite_settings)
    given = sqlite_settings.model_copy(update={"secret_key": SecretStr("x" * 32)})
    other = Sealer.of(given)
    with pytest.raises(SealBroken):
        other.open(own.seal("a1b2c3d4e5f6"))
    assert own.fingerprint("a1b2c3d4e5f6") != other.fingerprint("a1b2c3d4e5f6")
    assert Sealer.of(given).fingerprint("a") == other.fingerprint("a")
