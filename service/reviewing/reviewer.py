"""People who review, and their visits."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MINUTE: Final = 60_000_000
IDLE: Final = 30 * MINUTE
ABSOLUTE: Final = 12 * 60 * MINUTE
# Writing down that someone is still here costs a transaction; once a minute is exact enough.
SEEN_AGAIN: Final = MINUTE
MOST_SESSIONS: Final = 5
INVITATION: Final = 7 * 24 * 60 * MINUTE


class ReviewerRole(StrEnum):
    """What a person may do on a site."""

    REVIEWER = "reviewer"
    ADMIN = "admin"
    """Also settings, keys and reviewers."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person who reviews."""

    id: str
    name: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link to become a reviewer of a site."""

    site_id: str
    role: ReviewerRole
    expires_at: int


@dataclass(frozen=True, slots=True)
class Session:
    """A stored visit; the browser holds the secret of which `fingerprint` is the hash."""

    fingerprint: str
    reviewer: Reviewer
    site_id: str
    site_name: str
    role: ReviewerRole
    csrf: str
    created_at: int
    seen_at: int

    def alive(self, at: int) -> bool:
        """Tell whether it may still be used: 30 minutes idle, 12 hours in all (ASVS 7.3)."""
        return at - self.seen_at < IDLE and at - self.created_at < ABSOLUTE
