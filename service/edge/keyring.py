"""Who is calling: keys looked up in the store and remembered for one second."""

from typing import Final

from service.edge.auth import Key, fingerprint
from service.edge.lookups import Lookups
from service.errors import Unauthorized
from service.store.engine import Store
from service.store.keys import find_key

LOOKUP_SECONDS: Final = 2.0


class Keyring:
    """Tells which key a request carries."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lookups = Lookups(self._find, LOOKUP_SECONDS)

    async def authenticate(self, authorization: str | None) -> Key:
        """Return the key of an Authorization header; raises `Unauthorized`, `StoreUnavailable`."""
        scheme, _, secret = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise _unauthorized("send the header “Authorization: Bearer <key>”")
        key = await self._lookups.find(fingerprint(secret.strip()))
        if key is None:
            raise _unauthorized("this key is unknown or was revoked")
        return key

    def forget(self) -> None:
        """Look every key up again: one was added or revoked."""
        self._lookups.forget()

    def _find(self, wanted: str) -> Key | None:
        with self._store.reading() as connection:
            return find_key(connection, wanted)


def _unauthorized(detail: str) -> Unauthorized:
    return Unauthorized(detail, headers={"WWW-Authenticate": "Bearer"})
