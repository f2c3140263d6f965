"""Secrets that we must be able to send again: kept sealed, found by a keyed hash.

The key that seals is `WINNOW_SECRET_KEY`, or a file made at the first start. It is in no backup:
who steals a backup gets no key of a blog, and who restores one without the key makes new ones.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final, Self

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.settings import Settings, SettingsError

FILE_NAME: Final = "secret.key"


class SealBroken(Exception):
    """A sealed secret can't be opened: the secret key is another one than it was sealed with."""


class Sealer:
    """Seals and opens short texts, and gives the keyed hash by which one is found."""

    def __init__(self, secret: str) -> None:
        self._box = Fernet(base64.urlsafe_b64encode(_derive(secret, b"winnow: sealing")))
        self._hash_key = _derive(secret, b"winnow: finding")

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the sealer of an installation, making its key file if there is none.

        Raises `SettingsError` when others may read that file.
        """
        if settings.secret_key is not None:
            return cls(settings.secret_key.get_secret_value())
        path = settings.data_dir / FILE_NAME
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise SettingsError(f"others may read {path}; run: chmod 600 {path}")
        return cls(path.read_text().strip())

    def seal(self, text: str) -> bytes:
        """Encrypt and authenticate a text."""
        return self._box.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Return the text; raises `SealBroken` when it was sealed with another key."""
        try:
            return self._box.decrypt(sealed).decode()
        except InvalidToken:
            raise SealBroken("WINNOW_SECRET_KEY is not the one this was sealed with") from None

    def fingerprint(self, text: str) -> str:
        """Return the keyed hash of a text: 48 bits of key could be guessed from a plain one."""
        return hmac.new(self._hash_key, text.encode(), hashlib.sha256).hexdigest()

    def network_mark(self, site_id: str, network: str) -> str:
        """Return the 64 bits by which a network is known on one site: there are few networks."""
        return self.fingerprint(f"network {site_id} {network}")[:16]


def _make(path: Path) -> None:
    """Write the file whole before it gets its name, so that no replica reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        pass  # another process was first; its key stands
    finally:
        beside.unlink()


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())
