"""Reviewers, their roles on sites, and invitations."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from service.reviewing.reviewer import Invitation, Reviewer, ReviewerRole
from service.store.desk_tables import invitations, reviewer_roles, reviewers, sessions


@dataclass(frozen=True, slots=True)
class Member:
    """A reviewer of one site."""

    reviewer: Reviewer
    role: ReviewerRole


def add_reviewer(connection: Connection, reviewer: Reviewer, password_hash: str) -> None:
    """Store a new reviewer; the name must be free (IntegrityError)."""
    connection.execute(
        insert(reviewers).values(
            id=reviewer.id,
            name=reviewer.name,
            password_hash=password_hash,
            created_at=reviewer.created_at,
        )
    )


def give_role(connection: Connection, reviewer_id: str, site_id: str, role: ReviewerRole) -> None:
    """Let a person review a site in this role from now on."""
    take_role(connection, reviewer_id, site_id)
    connection.execute(
        insert(reviewer_roles).values(reviewer_id=reviewer_id, site_id=site_id, role=role)
    )


def take_role(connection: Connection, reviewer_id: str, site_id: str) -> bool:
    """End a person's work on a site, and their sessions there; return whether there was any."""
    done = connection.execute(
        delete(reviewer_roles).where(
            reviewer_roles.c.reviewer_id == reviewer_id, reviewer_roles.c.site_id == site_id
        )
    )
    connection.execute(
        delete(sessions).where(sessions.c.reviewer_id == reviewer_id, sessions.c.site_id == site_id)
    )
    return done.rowcount == 1


def reviewer_named(connection: Connection, name: str) -> tuple[Reviewer, str] | None:
    """Return the reviewer of this name, whatever its case, and the hash of the password."""
    row = connection.execute(
        select(reviewers).where(func.lower(reviewers.c.name) == name.lower())
    ).first()
    return (Reviewer(row.id, row.name, row.created_at), row.password_hash) if row else None


def set_password(connection: Connection, reviewer_id: str, password_hash: str) -> None:
    """Change a password, which ends every session of the person."""
    connection.execute(
        reviewers.update().where(reviewers.c.id == reviewer_id).values(password_hash=password_hash)
    )
    connection.execute(delete(sessions).where(sessions.c.reviewer_id == reviewer_id))


def sites_of(connection: Connection, reviewer_id: str) -> dict[str, ReviewerRole]:
    """Return the sites that a person reviews, with the role on each."""
    rows = connection.execute(
        select(reviewer_roles)
        .where(reviewer_roles.c.reviewer_id == reviewer_id)
        .order_by(reviewer_roles.c.site_id)
    )
    return {row.site_id: ReviewerRole(row.role) for row in rows}


def members_of(connection: Connection, site_id: str) -> list[Member]:
    """Return the reviewers of a site by name."""
    rows = connection.execute(
        select(reviewers, reviewer_roles.c.role)
        .join(reviewer_roles, reviewer_roles.c.reviewer_id == reviewers.c.id)
        .where(reviewer_roles.c.site_id == site_id)
        .order_by(reviewers.c.name)
    )
    return [
        Member(Reviewer(row.id, row.name, row.created_at), ReviewerRole(row.role)) for row in rows
    ]


def anyone(connection: Connection) -> bool:
    """Tell whether there is any reviewer at all."""
    return connection.execute(select(reviewers.c.id).limit(1)).first() is not None


def add_invitation(connection: Connection, fingerprint: str, new: Invitation) -> None:
    """Store an invitation by the hash of its secret; those that ended go."""
    connection.execute(
        insert(invitations).values(
            fingerprint=fingerprint,
            site_id=new.site_id,
            role=new.role,
            expires_at=new.expires_at,
        )
    )


def invitation_of(connection: Connection, fingerprint: str, at: int) -> Invitation | None:
    """Return the live invitation with this hash."""
    row = connection.execute(
        select(invitations).where(
            invitations.c.fingerprint == fingerprint, invitations.c.expires_at > at
        )
    ).one_or_none()
    return Invitation(row.site_id, ReviewerRole(row.role), row.expires_at) if row else None


def use_invitation(connection: Connection, fingerprint: str) -> bool:
    """Use an invitation up; return whether it was there to be used."""
    done = connection.execute(delete(invitations).where(invitations.c.fingerprint == fingerprint))
    return done.rowcount == 1
