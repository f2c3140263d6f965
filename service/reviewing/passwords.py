"""Passwords of reviewers: argon2id, and no hint whether a name exists."""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's least for argon2id: 19 MiB, two passes, one lane.
_HASHER: Final = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
SHORTEST: Final = 12
LONGEST: Final = 200
# Fewer different characters than this is a pattern on the keyboard.
FEWEST_CHARACTERS: Final = 5


class WeakPassword(ValueError):
    """The password would be guessed; the message says what is asked of one."""


def hash_password(password: str, name: str) -> str:
    """Return the argon2id hash of a new password; raises `WeakPassword`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(
            f"A password has {SHORTEST} to {LONGEST} characters; a sentence is fine."
        )
    if len(set(password)) < FEWEST_CHARACTERS:
        raise WeakPassword("A password needs more different characters than that.")
    if len(name) > 3 and name.casefold() in password.casefold():
        raise WeakPassword("A password must not contain your name.")
    return _HASHER.hash(password.encode("utf-8", "surrogatepass"))


def is_password(password_hash: str | None, password: str) -> bool:
    """Tell whether this is the password; takes as long when there is no such reviewer (None)."""
    given = password[: LONGEST + 1].encode("utf-8", "surrogatepass")
    try:
        matches = _HASHER.verify(password_hash or _nobody(), given)
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


@cache
def _nobody() -> str:
    """A hash that no password matches in practice, to spend the same time on."""
    return _HASHER.hash("nobody's password")
