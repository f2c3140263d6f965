import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.house import House, build
from service.settings import Settings
from tests.service.akismet.blogs import AkismetBlog, akismet_key
from tests.service.conftest import open_house
from tests.service.running import KEY, running


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, bundle_dir: Path) -> Path:
    """A data folder as it is after the first start: to copy it is faster than to make it."""
    folder = tmp_path_factory.mktemp("migrated") / "data"
    given = {"data_dir": folder, "bundle_dir": bundle_dir, "api_key": KEY}
    open_house(Settings.model_validate(given)).store.close()
    return folder


@pytest.fixture
def akismet_house(migrated: Path, sqlite_settings: Settings) -> House:
    shutil.copytree(migrated, sqlite_settings.data_dir)
    return build(sqlite_settings)


@pytest.fixture
def api(akismet_house: House) -> Iterator[httpx.Client]:
    """The JSON API of the same service, with the first site's key."""
    with running(akismet_house) as client:
        yield client


@pytest.fixture
def blog(akismet_house: House, api: httpx.Client) -> AkismetBlog:
    key_id, secret = akismet_key(akismet_house)
    return AkismetBlog(akismet_house, str(api.base_url).rstrip("/"), secret, key_id)
