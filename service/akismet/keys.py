"""Keys of blogs that speak Akismet: 12 hexadecimal characters, found by their keyed hash.

They have 48 bits, which is all that WordPress's settings page takes. So they are good for checking
and reporting only, a plain hash of one is never stored, and guessing is limited.
"""

import math
import re
import secrets
from typing import Final

from service.akismet.form import Form
from service.akismet.guessing import GuessLimit
from service.edge.lookups import Lookups
from service.errors import TooManyRequests
from service.sealing import Sealer
from service.store.akismet import AkismetKey, find_akismet_key
from service.store.engine import Store

SHAPE: Final = re.compile(r"[0-9a-f]{12}")
LOOKUP_SECONDS: Final = 0.7


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
    """Tells which key a call carries."""

    def __init__(self, store: Store, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer
        self._lookups = Lookups(self._find, LOOKUP_SECONDS)
        self._guesses = GuessLimit()

    async def find(self, secret: str | None, client: str) -> AkismetKey | None:
        """Return the live key; raises `TooManyRequests` to a guesser, `StoreUnavailable`.

        A key that was good before passes: a guesser behind the same address locks nobody out.
        """
        if secret is None:
            return None
        wanted = self._sealer.fingerprint(secret) if SHAPE.fullmatch(secret) else None
        wait = self._guesses.wait(client)
        if wait and not (wanted and self._lookups.was_found(wanted)):
            raise TooManyRequests(
                "too many wrong keys came from this address",
                headers={"Retry-After": str(math.ceil(wait))},
            )
        key = await self._lookups.find(wanted) if wanted else None
        if key is None:
            self._guesses.wrong(client)
        return key

    def forget(self) -> None:
        """Look every key up again: one was added, changed or revoked."""
        self._lookups.forget()

    def _find(self, fingerprint: str) -> AkismetKey | None:
        with self._store.reading() as connection:
            return find_akismet_key(connection, fingerprint)
