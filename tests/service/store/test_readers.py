"""SQLite's readers: as many descriptors after a busy hour as at the start."""

from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text

from service.store.engine import READERS, Store


def _descriptors(file: Path) -> int:
    """Count this process's descriptors of a database."""
    links = (link.readlink() for link in Path("/proc/self/fd").iterdir() if link.exists())
    return sum(str(link).startswith(str(file)) for link in links)


def test_readers_that_overlap_open_nothing_new(tmp_path: Path) -> None:
    file = tmp_path / "winnow.db"
    store = Store(f"sqlite:///{file}")
    store.open_readers()
    before = _descriptors(file)
    with ExitStack() as held:
        for _ in range(READERS):
            held.enter_context(store.reading()).execute(text("SELECT 1"))
        during = _descriptors(file)
    assert before == during == _descriptors(file)
    assert before > READERS
    store.close()
