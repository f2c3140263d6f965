"""The connection to SQLite or PostgreSQL: durable, bounded, and honest when it is away."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DataError, DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.errors import StoreUnavailable
from service.store.deadlines import Deadlines, is_readable

# FULL: NORMAL does not promise that an acknowledged row survives a power cut. Group commit pays for it.
SQLITE_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=1500",
    "foreign_keys=ON",
    "secure_delete=ON",
    "journal_size_limit=67108864",
    # 32 MB: by default every other batch of 64 waited for a checkpoint (commits took twice as long).
    "wal_autocheckpoint=8000",
    "cache_size=-32768",
    # What an INSERT of many rows would need to take back was a file for each.
    "temp_store=MEMORY",
)

# Readers of SQLite that stay open. More may read at once, of connections that are closed again.
READERS: Final = 8

# A comment form waits for us, so nothing may take longer than the whole answer; the first two are
# PostgreSQL's own and leave a clean fault, the deadline is ours for when it does not speak at all.
POSTGRES_OPTIONS: Final = (
    "-c statement_timeout=1300 -c lock_timeout=800 -c idle_in_transaction_session_timeout=10000"
)
DEADLINE_SECONDS: Final = 1.6

# SQLSTATE of serialization failure and deadlock; of lock not available.
CONTENTION: Final = frozenset({"40001", "40P01"})
LOCKED: Final = "55P03"


class Contended(StoreUnavailable):
    """Another writer was in the way; the same again may succeed."""


class Locked(Contended):
    """Another writer held a lock for longer than we wait; the same again would wait as long."""


class Store:
    """Where everything is kept. `reading`, `writing` and `snapshot` are its doors."""

    def __init__(self, url: str) -> None:
        """Connect lazily to a SQLAlchemy URL (`sqlite:///path` or `postgresql+psycopg://…`)."""
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._deadlines = Deadlines(DEADLINE_SECONDS)
        if self.is_sqlite:
            self._writer = _sqlite_engine(url)
            self._reader = _sqlite_engine(url, read_only=True)
            self._patient = self._writer
        else:
            self._writer = self._reader = _postgres_engine(url, self._deadlines)
            self._patient = create_engine(
                url, poolclass=NullPool, connect_args={"connect_timeout": 2}
            )

    @classmethod
    def of(cls, database_url: str | None, data_dir: Path) -> Self:
        """Return the store that the settings ask for, making the data folder if it is needed."""
        if database_url is not None:
            rest = database_url.split("://", 1)[1]
            return cls(f"postgresql+psycopg://{rest}")
        data_dir.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{data_dir / 'winnow.db'}")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a read; raises `StoreUnavailable` when the database is away."""
        with _faults_named(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a read of one moment, however long it takes and whoever writes meanwhile."""
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        engine = self._reader if self.is_sqlite else self._patient
        with _faults_named(), engine.connect().execution_options(**level) as connection:
            yield connection

    @contextmanager
    def writing(self, *, patient: bool = False) -> Iterator[Connection]:
        """Open a transaction that is on disk when the block ends, or not at all.

        Raises `StoreUnavailable` when the database does not take it, or takes longer than an answer
        may take unless `patient`; `Contended` when another writer was in the way. Integrity and
        data errors pass through, for the caller knows what they mean.
        """
        engine = self._patient if patient else self._writer
        with _faults_named(), engine.begin() as connection:
            yield connection

    @property
    def engine(self) -> Engine:
        """The engine for migrations and backups."""
        return self._patient

    def ping(self) -> None:
        """Ask the database for nothing; raises `StoreUnavailable` when it is away."""
        with self.reading() as connection:
            connection.execute(text("SELECT 1"))

    def open_readers(self) -> None:
        """Open every reader that SQLite is to have, so that descriptors stay as many as they are.

        Opened when readers happened to overlap, they crept up for hours; eight take 5 ms. Raises
        `StoreUnavailable`.
        """
        if not self.is_sqlite:
            return
        with _faults_named(), ExitStack() as held:
            for _ in range(READERS):
                held.enter_context(self._reader.connect())

    def empty_log(self) -> None:
        """Let SQLite's write-ahead log hold nothing of what was removed."""
        if not self.is_sqlite:
            return
        with _faults_named(), closing(self._writer.raw_connection()) as connection:
            # Not in a transaction, which our engine would open.
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give all connections back."""
        self._writer.dispose()
        self._reader.dispose()
        self._patient.dispose()
        self._deadlines.close()


@contextmanager
def _faults_named() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, DataError):
        raise
    except (DBAPIError, DisconnectionError, PoolTimeout) as error:
        state = getattr(getattr(error, "orig", None), "sqlstate", None)
        if state == LOCKED:
            raise Locked("another writer holds what this needs; ask again") from error
        if state in CONTENTION:
            raise Contended("another writer was in the way; ask again") from error
        raise StoreUnavailable("the database does not answer; ask again in a moment") from error


def _sqlite_engine(url: str, *, read_only: bool = False) -> Engine:
    # The newest back is the next out: each has a cache of pages, and few shall be full.
    engine = create_engine(
        url, pool_size=READERS if read_only else 1, pool_timeout=1.5, pool_use_lifo=True
    )
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")
            connection.execute("PRAGMA cache_size=-4096")

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        # A deferred BEGIN that reads and then writes fails at once under contention, whatever the
        # busy timeout: measured, 627 of 1,200 transactions with four writers; IMMEDIATE, none.
        connection.exec_driver_sql(begin)

    return engine


def _postgres_engine(url: str, deadlines: Deadlines) -> Engine:
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=0,
        pool_timeout=1,
        connect_args={"connect_timeout": 2, "options": POSTGRES_OPTIONS},
    )

    @event.listens_for(engine, "checkout")
    def check_out(connection: Any, _record: Any, _proxy: Any) -> None:
        # A server that went away left an end-of-file to be read. Looking costs no round trip, and
        # unlike a ping it can't hang on a server that is frozen.
        if is_readable(connection.fileno()):
            raise DisconnectionError
        deadlines.begin(connection)

    @event.listens_for(engine, "checkin")
    def check_in(connection: Any, _record: Any) -> None:
        deadlines.end(connection)

    return engine
