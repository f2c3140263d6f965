"""The store as a command opens it: migrated, closed at the end, faults told in one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import StoreUnavailable, told
from service.settings import Settings
from service.store.engine import Store
from service.store.migrate import migrate


@contextmanager
def opened_store() -> Iterator[Store]:
    """Open the store that the settings name; ends the command when it is away."""
    settings = Settings.from_environ(os.environ)
    store = Store.of(settings.database_url, settings.data_dir)
    try:
        migrate(store)
        yield store
    except StoreUnavailable as fault:
        raise SystemExit(f"winnow: {told(fault)}") from None
    finally:
        store.close()
