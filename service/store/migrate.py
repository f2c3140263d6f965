"""Bring the store's tables to the newest version, or any other."""

from pathlib import Path
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
    text,
)

from service.store import schema
from service.store.engine import Store

MIGRATIONS: Final = Path(__file__).parent / "migrations"
# Any number will do, as long as every replica takes the same.
MIGRATION_LOCK: Final = 7_305_002
EMPTY: Final = "0000"
# As Alembic makes it.
_versions: Final = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32)),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def newest_version() -> str:
    """Return the number of the newest migration."""
    return max(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def current_version(store: Store) -> str | None:
    """Return the version that the store's tables have; None for an empty database."""
    with store.reading() as connection:
        return _version(connection)


def migrate(store: Store, target: str = "head") -> None:
    """Migrate up to `target`, in one transaction; replicas that start together wait in line."""
    if target == "head" and current_version(store) == newest_version():
        return
    with store.writing(patient=True) as connection:
        if not store.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        before = _version(connection) or EMPTY
        if target == "head" and before == EMPTY:
            _create(connection)
        else:
            _step(connection, before, target)


def _create(connection: Connection) -> None:
    """Make the newest tables where there are none, without the way that led to them."""
    schema.metadata.create_all(connection)
    _versions.create(connection, checkfirst=True)
    connection.execute(_versions.insert(), {"version_num": newest_version()})


def _step(connection: Connection, before: str, target: str) -> None:
    """Run the migrations between two versions, up or down."""
    # Alembic takes 0.4 s to import, which a start with nothing to migrate should not pay.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    wanted = {"head": newest_version(), "base": EMPTY}.get(target, target)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    (command.upgrade if wanted > before else command.downgrade)(config, target)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return version
