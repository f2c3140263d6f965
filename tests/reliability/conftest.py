import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from models.bundle import save_bundle
from tests.reliability.cluster import Cluster, cluster
from tests.service.tiny_bundle import tiny_bundle


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "tiny"
    save_bundle(tiny_bundle(), folder)
    return folder


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    chosen = random.SystemRandom().randrange(10**6)
    print(f"{request.node.name}: seed {chosen}")  # noqa: T201 - to run it again the same way
    return chosen


@pytest.fixture(scope="session")
def own_cluster() -> Iterator[Cluster]:
    """A PostgreSQL server that tests may hurt; its folder is where the user postgres may look."""
    with tempfile.TemporaryDirectory(prefix="winnow-") as folder, cluster(Path(folder)) as own:
        yield own


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> dict[str, object]:
    """The settings of a database: the embedded one, or one of our own server, emptied."""
    if request.param == "sqlite":
        return {}
    return {"database_url": emptied(request.getfixturevalue("own_cluster"))}


def emptied(own: Cluster) -> str:
    with psycopg.connect(own.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return own.url
