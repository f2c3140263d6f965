"""Keys of blogs that speak Akismet: 12 hexadecimal characters, found by their keyed hash.

They have 48 bits, which is all that WordPress's settings page takes. So they are good for checking
and reporting only, a plain hash of one is never stored, and guessing is limited.
"""

import asyncio
import math
import re
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from service.akismet.form import Form
from service.akismet.guessing import GuessLimit
from service.errors import StoreUnavailable, TooManyRequests
from service.sealing import Sealer
from service.store.akismet import AkismetKey, find_akismet_key
from service.store.engine import Store

SHAPE: Final = re.compile(r"[0-9a-f]{12}")
# A revoked key must be dead within a second on every replica.
REMEMBERED_SECONDS: Final = 1.0
REMEMBERED_KEYS: Final = 10_000
LOOKUP_SECONDS: Final = 0.7


@dataclass(frozen=True, slots=True)
class _Remembered:
    key: AkismetKey
    until: float


def new_akismet_secret() -> str:
    """Return a new key as its owner sees it, once."""
    return secrets.token_hex(6)


def given_key(form: Form, host: str) -> str | None:
    """Return the key of a call: in `api_key`, in `key`, or the first label of Host."""
    for given in (form.text("api_key"), form.text("key")):
        if given is not None:
            return given.strip().lower()
    label = host.split(".", maxsplit=1)[0].lower()
    return label if SHAPE.fullmatch(label) else None


class AkismetKeyring:
    """Tells which key a call carries; remembers those that are good for a second."""

    def __init__(self, store: Store, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()
        self._guesses = GuessLimit()

    async def find(self, secret: str | None, client: str) -> AkismetKey | None:
        """Return the live key; raises `TooManyRequests` to a guesser, `StoreUnavailable`.

        A key that was good before passes: a guesser behind the same address locks nobody out.
        """
        known = self._remembered.get(secret or "")
        if known is not None and known.until > time.monotonic():
            return known.key
        if secret is None:
            return None
        wait = self._guesses.wait(client)
        if wait and known is None:
            raise TooManyRequests(
                "too many wrong keys came from this address",
                headers={"Retry-After": str(math.ceil(wait))},
            )
        key = await self._look_up(secret) if SHAPE.fullmatch(secret) else None
        if key is None:
            self._remembered.pop(secret, None)
            self._guesses.wrong(client)
            return None
        self._remember(secret, key)
        return key

    def forget(self) -> None:
        """Look every key up again: one was added, changed or revoked."""
        self._remembered.clear()

    def _remember(self, secret: str, key: AkismetKey) -> None:
        self._remembered[secret] = _Remembered(key, time.monotonic() + REMEMBERED_SECONDS)
        if len(self._remembered) > REMEMBERED_KEYS:
            self._remembered.popitem(last=False)

    async def _look_up(self, secret: str) -> AkismetKey | None:
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                return await asyncio.to_thread(self._find, self._sealer.fingerprint(secret))
        except TimeoutError:
            raise StoreUnavailable("the database does not answer; ask again") from None

    def _find(self, fingerprint: str) -> AkismetKey | None:
        with self._store.reading() as connection:
            return find_akismet_key(connection, fingerprint)
