"""Who is calling: keys looked up in the store and remembered for one second."""

import asyncio
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from service.edge.auth import Key, fingerprint
from service.errors import Overloaded, StoreUnavailable, Unauthorized
from service.store.engine import Store
from service.store.keys import find_key

# A revoked key must be dead within a second on every replica.
REMEMBERED_SECONDS: Final = 1.0
REMEMBERED_KEYS: Final = 10_000
LOOKUP_SECONDS: Final = 2.0
LOOKUPS_AT_ONCE: Final = 256
LOOKUP_THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class _Remembered:
    key: Key | None
    until: float


class Keyring:
    """Tells which key a request carries."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()
        self._looking: dict[str, asyncio.Future[Key | None]] = {}
        self._threads = ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="keys")

    async def authenticate(self, authorization: str | None) -> Key:
        """Return the key of an Authorization header; raises `Unauthorized`, `StoreUnavailable`."""
        scheme, _, secret = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise _unauthorized("send the header “Authorization: Bearer <key>”")
        key = await self._find(fingerprint(secret.strip()))
        if key is None:
            raise _unauthorized("this key is unknown or was revoked")
        return key

    def forget(self) -> None:
        """Look every key up again: one was added or revoked."""
        self._remembered.clear()

    async def _find(self, wanted: str) -> Key | None:
        known = self._remembered.get(wanted)
        if known is not None and known.until > time.monotonic():
            return known.key
        # Many requests with one key wait for one look-up.
        looking = self._looking.get(wanted)
        if looking is None:
            if len(self._looking) >= LOOKUPS_AT_ONCE:
                raise Overloaded("too many unknown keys at once; ask again in a second")
            looking = asyncio.ensure_future(self._remember(wanted))
            self._looking[wanted] = looking
            looking.add_done_callback(lambda _: self._looking.pop(wanted, None))
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                return await asyncio.shield(looking)
        except TimeoutError:
            raise StoreUnavailable("the database does not answer; ask again") from None

    async def _remember(self, wanted: str) -> Key | None:
        loop = asyncio.get_running_loop()
        key = await loop.run_in_executor(self._threads, self._look_up, wanted)
        self._remembered[wanted] = _Remembered(key, time.monotonic() + REMEMBERED_SECONDS)
        if len(self._remembered) > REMEMBERED_KEYS:
            self._remembered.popitem(last=False)
        return key

    def _look_up(self, wanted: str) -> Key | None:
        with self._store.reading() as connection:
            return find_key(connection, wanted)


def _unauthorized(detail: str) -> Unauthorized:
    return Unauthorized(detail, headers={"WWW-Authenticate": "Bearer"})
