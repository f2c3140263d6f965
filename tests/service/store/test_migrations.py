import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from service.settings import Settings
from service.store.engine import Store
from service.store.migrate import MIGRATIONS, current_version, migrate, newest_version
from service.store.schema import metadata


@pytest.fixture
def empty_store(settings: Settings) -> Store:
    return Store.of(settings.database_url, settings.data_dir)


@pytest.mark.parametrize("steps", [["head"], ["0001", "head"]], ids=["at once", "step by step"])
def test_the_tables_are_the_declared_tables(empty_store: Store, steps: list[str]) -> None:
    for target in steps:
        migrate(empty_store, target)
    with empty_store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    empty_store.close()


def test_the_newest_version_is_alembics_head() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == newest_version()


def test_down_removes_everything_and_up_brings_it_back(empty_store: Store) -> None:
    assert current_version(empty_store) is None
    migrate(empty_store)
    assert current_version(empty_store) == newest_version()
    migrate(empty_store, "base")
    with empty_store.reading() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    migrate(empty_store)
    with empty_store.reading() as connection:
        assert set(metadata.tables) <= set(inspect(connection).get_table_names())
    empty_store.close()


def test_migrating_twice_changes_nothing(store: Store) -> None:
    migrate(store)
    assert current_version(store) == newest_version()
