"""How often a person, or an address, may try to log in: one count for all replicas."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from service.clock import now
from service.edge.auth import fingerprint
from service.store.engine import Store
from service.store.login_attempts import (
    add_attempts,
    attempts_at,
    forget_attempts,
    lock_attempts,
)

SECOND: Final = 1_000_000
HOUR: Final = 3600 * SECOND


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many attempts under one key in so many microseconds."""

    key: str
    most: int
    within: int


def limits(name: str, address: str) -> tuple[Limit, Limit]:
    """Return 5 a minute for one name from one address, 20 an hour for one address."""
    return (
        Limit(fingerprint(f"login {name.casefold()} {address}"), 5, 60 * SECOND),
        Limit(fingerprint(f"login {address}"), 20, HOUR),
    )


class LoginLimit:
    """Counts attempts in the store, before the password is looked at."""

    def __init__(
        self, store: Store, new_id: Callable[[], str], clock: Callable[[], int] = now
    ) -> None:
        self._store = store
        self._new_id = new_id
        self._clock = clock

    def attempt(self, name: str, address: str) -> int:
        """Count an attempt and return 0, or return the seconds to wait where it is one too many."""
        both, at = limits(name, address), self._clock()
        with self._store.writing() as connection:
            lock_attempts(connection)
            forget_attempts(connection, before=at - HOUR)
            wait = max(_wait(connection, one, at) for one in both)
            if wait == 0:
                add_attempts(connection, [(self._new_id(), one.key) for one in both], at)
        return wait

    def succeeded(self, name: str, address: str) -> None:
        """Forget the attempts under this name from this address: the person knew the password."""
        with self._store.writing() as connection:
            forget_attempts(connection, key=limits(name, address)[0].key)


def _wait(connection: Connection, limit: Limit, at: int) -> int:
    times = attempts_at(connection, limit.key, at - limit.within)
    if len(times) < limit.most:
        return 0
    left = times[limit.most - 1] + limit.within - at
    return max(left // SECOND + 1, 1)
