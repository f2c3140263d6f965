"""Logging in, being known, logging out: the desk's people against the store."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import IntegrityError

from service.clock import now
from service.edge.auth import fingerprint
from service.reviewing.login_limit import LoginLimit
from service.reviewing.passwords import hash_password, is_password
from service.reviewing.reviewer import (
    INVITATION,
    SEEN_AGAIN,
    Invitation,
    Reviewer,
    ReviewerRole,
    Session,
)
from service.store.engine import Store
from service.store.reviewers import (
    add_invitation,
    add_reviewer,
    give_role,
    invitation_of,
    reviewer_named,
    sites_of,
    use_invitation,
)
from service.store.sessions import SessionIds, add_session, end_session, see_session, session_of

SECRET_BYTES: Final = 32
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a person was not let in, in a sentence for them; `seconds` to wait if that helps."""

    sentence: str
    seconds: int = 0


class Visits:
    """Who is at the desk."""

    def __init__(
        self,
        store: Store,
        new_id: Callable[[], str],
        *,
        limit: LoginLimit | None = None,
        clock: Callable[[], int] = now,
    ) -> None:
        self._store = store
        self._new_id = new_id
        self._limit = limit or LoginLimit(store, new_id, clock)
        self._clock = clock

    def log_in(self, name: str, password: str, address: str, before: str | None) -> str | Refused:
        """Return the secret of a new session, or why not; a session held before ends (rotation)."""
        wait = self._limit.attempt(name, address)
        if wait:
            return Refused(f"Too many attempts. Try again in {wait} seconds.", wait)
        with self._store.reading() as connection:
            known = reviewer_named(connection, name)
            sites = list(sites_of(connection, known[0].id)) if known else []
        matches = is_password(known[1] if known else None, password)
        if known is None or not matches or not sites:
            return Refused("The name or the password is wrong.")
        self._limit.succeeded(name, address)
        return self._begin(known[0], sites[0], before)

    def session(self, secret: str | None) -> Session | None:
        """Return the live session of this secret, and note that it was used."""
        if not secret:
            return None
        at = self._clock()
        with self._store.reading() as connection:
            found = session_of(connection, fingerprint(secret))
        if found is None:
            return None
        if not found.alive(at):
            self.log_out(secret)
            return None
        if at - found.seen_at >= SEEN_AGAIN:
            with self._store.writing() as connection:
                see_session(connection, found.fingerprint, at)
        return found

    def log_out(self, secret: str) -> None:
        """End the session of this secret, on every replica."""
        with self._store.writing() as connection:
            end_session(connection, fingerprint(secret))

    def invite(self, site_id: str, role: ReviewerRole) -> str:
        """Return the secret of a one-time link that makes a reviewer; good for seven days."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        with self._store.writing() as connection:
            invitation = Invitation(site_id, role, self._clock() + INVITATION)
            add_invitation(connection, fingerprint(secret), invitation)
        return secret

    def invitation(self, secret: str) -> Invitation | None:
        """Return the live invitation of this secret."""
        with self._store.reading() as connection:
            return invitation_of(connection, fingerprint(secret), self._clock())

    def accept(self, secret: str, name: str, password: str) -> str | Refused:
        """Make the invited reviewer and return the secret of a session; raises `WeakPassword`.

        Someone who reviews another site already gives the name and password they have.
        """
        name = name.strip()
        if not 2 <= len(name) <= LONGEST_NAME or not name.isprintable():
            return Refused(f"A name has 2 to {LONGEST_NAME} visible characters.")
        with self._store.reading() as connection:
            known = reviewer_named(connection, name)
        if known is not None and not is_password(known[1], password):
            return Refused("This name is taken. If it is yours, give the password that you have.")
        password_hash = None if known else hash_password(password, name)
        reviewer = known[0] if known else Reviewer(self._new_id(), name, self._clock())
        try:
            with self._store.writing() as connection:
                invitation = invitation_of(connection, fingerprint(secret), self._clock())
                if invitation is None or not use_invitation(connection, fingerprint(secret)):
                    return Refused("This link was used or has ended. Ask for another.")
                if password_hash is not None:
                    add_reviewer(connection, reviewer, password_hash)
                give_role(connection, reviewer.id, invitation.site_id, invitation.role)
        except IntegrityError:
            return Refused("This name was taken a moment ago. Choose another.")
        return self._begin(reviewer, invitation.site_id, None)

    def _begin(self, reviewer: Reviewer, site_id: str, before: str | None) -> str:
        secret = secrets.token_urlsafe(SECRET_BYTES)
        with self._store.writing() as connection:
            if before is not None:
                end_session(connection, fingerprint(before))
            add_session(
                connection,
                SessionIds(fingerprint(secret), reviewer.id, site_id),
                csrf=secrets.token_urlsafe(SECRET_BYTES),
                at=self._clock(),
            )
        return secret
