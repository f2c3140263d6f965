"""How comments stand now: the decision, or what a person said since. Every change of it is here."""

from sqlalchemy import Connection, select, update

from models.comment import Label
from service.clock import now
from service.decision import Decision
from service.events import CommentReviewed
from service.store.changes import ChangeKind, NewChange, add_changes, lock_changes
from service.store.outbox import announce_review
from service.store.tables import comments


def set_standing(
    connection: Connection,
    comment_id: str,
    standing: Decision,
    label: Label | None,
    *,
    told_by: str | None = None,
) -> None:
    """Let a comment stand so from now on, with the newest label, or none after a retraction.

    The feed and everybody who wants to know are told in the same transaction; not the callback of
    the Akismet key `told_by`, which is where this comes from.
    """
    site_id = connection.execute(
        select(comments.c.site_id).where(comments.c.id == comment_id)
    ).scalar_one()
    lock_changes(connection, site_id)
    before = connection.execute(
        select(comments.c.standing, comments.c.external_id).where(comments.c.id == comment_id)
    ).one()
    connection.execute(
        update(comments).where(comments.c.id == comment_id).values(standing=standing, label=label)
    )
    at = now()
    change = NewChange(ChangeKind.REVIEWED, comment_id, standing, label)
    position = add_changes(connection, site_id, [change], at)
    announce_review(
        connection,
        CommentReviewed(
            site_id=site_id,
            comment_id=comment_id,
            external_id=before.external_id,
            decision=standing,
            previous=Decision(before.standing),
            label=label,
            cursor=str(position),
            at=at,
        ),
        told_by,
    )
