import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from models.bundle import save_bundle
from service.first_start import ensure_first_site
from service.house import House, build
from service.settings import Settings
from service.store.engine import Store
from service.store.migrate import migrate
from tests.service.desk_house import desk_house
from tests.service.running import KEY, running
from tests.service.tiny_bundle import tiny_bundle

POSTGRES = os.environ.get("WINNOW_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="session")
def bundle_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "tiny"
    save_bundle(tiny_bundle(), folder)
    return folder


@pytest.fixture
def postgres_url() -> Iterator[str]:
    name = f"winnow_test_{os.getpid()}"
    try:
        admin = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError as fault:
        pytest.skip(f"no PostgreSQL at WINNOW_TEST_POSTGRES: {fault}")
    with admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Nothing for the embedded database, else the address of an empty PostgreSQL database."""
    return request.getfixturevalue("postgres_url") if request.param == "postgres" else None


@pytest.fixture
def settings(tmp_path: Path, bundle_dir: Path, database_url: str | None) -> Settings:
    return Settings.model_validate(
        {
            "data_dir": tmp_path / "data",
            "bundle_dir": bundle_dir,
            "api_key": KEY,
            "port": 0,
            "database_url": database_url,
        }
    )


@pytest.fixture
def sqlite_settings(tmp_path: Path, bundle_dir: Path) -> Settings:
    return Settings.model_validate(
        {"data_dir": tmp_path / "data", "bundle_dir": bundle_dir, "api_key": KEY, "port": 0}
    )


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A migrated store, on either database."""
    opened = Store.of(settings.database_url, settings.data_dir)
    migrate(opened)
    yield opened
    opened.close()


def open_house(settings: Settings) -> House:
    house = build(settings)
    migrate(house.store)
    ensure_first_site(house.store, settings, house.new_id)
    return house


@pytest.fixture
def house(settings: Settings) -> House:
    return open_house(settings)


@pytest.fixture
def desk(tmp_path: Path, database_url: str | None) -> Iterator[House]:
    """A service over either database where everything waits for people."""
    made = desk_house(tmp_path, database_url=database_url)
    yield made
    made.store.close()


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    """The whole service over either database, called with the first site's key."""
    with running(house) as opened:
        yield opened


@pytest.fixture
def sqlite_client(sqlite_settings: Settings) -> Iterator[httpx.Client]:
    """The whole service over the embedded database, for what does not depend on it."""
    with running(open_house(sqlite_settings)) as opened:
        yield opened
