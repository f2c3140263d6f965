"""Keys: who is calling, for which site, and what they may do."""

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from service.errors import Forbidden

# A prefix that secret scanners can look for, and 256 random bits.
KEY_PREFIX: Final = "wk_"
KEY_BYTES: Final = 32


class Scope(StrEnum):
    """What a key is good for."""

    CHECK = "check"
    LABEL = "label"
    SITE_ADMIN = "site-admin"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Key:
    """A stored key: everything but the secret itself."""

    id: str
    site_id: str | None
    """The site it speaks for; None for an operator's."""
    scopes: frozenset[Scope]

    def site(self, scope: Scope) -> str:
        """Return the site this key may act on; raises `Forbidden` without the scope or a site."""
        if scope not in self.scopes:
            raise Forbidden(f"this needs a key with the scope {scope.value!r}")
        if self.site_id is None:
            raise Forbidden("this needs a key of a site; an operator's key has none")
        return self.site_id

    def operator(self) -> str:
        """Return who the operator is; raises `Forbidden` for any other key."""
        if Scope.OPERATOR not in self.scopes:
            raise Forbidden(f"this needs a key with the scope {Scope.OPERATOR.value!r}")
        return f"key {self.id}"


def new_secret() -> str:
    """Return a new key as its owner sees it, once."""
    return KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)


def fingerprint(secret: str) -> str:
    """Return what is stored of a key: a plain SHA-256 is right for 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
