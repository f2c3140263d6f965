"""Sessions of the review desk."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from service.reviewing.reviewer import ABSOLUTE, MOST_SESSIONS, Reviewer, ReviewerRole, Session
from service.store.desk_tables import reviewer_roles, reviewers, sessions
from service.store.tables import sites


@dataclass(frozen=True, slots=True)
class SessionIds:
    """Whose session, where, and the hash of its secret."""

    fingerprint: str
    reviewer_id: str
    site_id: str


def add_session(connection: Connection, ids: SessionIds, *, csrf: str, at: int) -> None:
    """Start a visit; beyond five of one person the oldest ends."""
    connection.execute(
        delete(sessions).where(
            (sessions.c.created_at < at - ABSOLUTE) & (sessions.c.reviewer_id == ids.reviewer_id)
        )
    )
    kept = (
        select(sessions.c.fingerprint)
        .where(sessions.c.reviewer_id == ids.reviewer_id)
        .order_by(sessions.c.created_at.desc())
        .limit(MOST_SESSIONS - 1)
    )
    keep = [row.fingerprint for row in connection.execute(kept)]
    connection.execute(
        delete(sessions).where(
            sessions.c.reviewer_id == ids.reviewer_id, sessions.c.fingerprint.not_in(keep)
        )
    )
    connection.execute(
        insert(sessions).values(
            fingerprint=ids.fingerprint,
            reviewer_id=ids.reviewer_id,
            site_id=ids.site_id,
            csrf=csrf,
            created_at=at,
            seen_at=at,
        )
    )


def session_of(connection: Connection, fingerprint: str) -> Session | None:
    """Return the session with this hash, if its person still reviews its site."""
    row = connection.execute(
        select(
            sessions,
            reviewers.c.name,
            reviewers.c.created_at.label("joined_at"),
            sites.c.name.label("site_name"),
            reviewer_roles.c.role,
        )
        .join(reviewers, reviewers.c.id == sessions.c.reviewer_id)
        .join(sites, sites.c.id == sessions.c.site_id)
        .join(
            reviewer_roles,
            (reviewer_roles.c.reviewer_id == sessions.c.reviewer_id)
            & (reviewer_roles.c.site_id == sessions.c.site_id),
        )
        .where(sessions.c.fingerprint == fingerprint)
    ).one_or_none()
    if row is None:
        return None
    return Session(
        fingerprint=row.fingerprint,
        reviewer=Reviewer(row.reviewer_id, row.name, row.joined_at),
        site_id=row.site_id,
        site_name=row.site_name,
        role=ReviewerRole(row.role),
        csrf=row.csrf,
        created_at=row.created_at,
        seen_at=row.seen_at,
    )


def see_session(connection: Connection, fingerprint: str, at: int) -> None:
    """Note that someone is still here."""
    connection.execute(
        update(sessions).where(sessions.c.fingerprint == fingerprint).values(seen_at=at)
    )


def turn_session(connection: Connection, fingerprint: str, site_id: str) -> None:
    """Let a visit go on at another site."""
    connection.execute(
        update(sessions).where(sessions.c.fingerprint == fingerprint).values(site_id=site_id)
    )


def end_session(connection: Connection, fingerprint: str) -> None:
    """End a visit."""
    connection.execute(delete(sessions).where(sessions.c.fingerprint == fingerprint))
