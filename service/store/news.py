"""News of how comments stand: into the feed and the outbox, in the transaction that makes it so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from models.comment import Label
from service.clock import now
from service.deciding.decision import Decision
from service.events import CommentReviewed
from service.store.changes import ChangeKind, NewChange, add_changes, lock_changes
from service.store.outbox import announce_reviews
from service.store.tables import comments


@dataclass(frozen=True, slots=True)
class FormerStanding:
    """How a comment stood before a person spoke."""

    comment_id: str
    site_id: str
    external_id: str | None
    standing: Decision


def former_standings(
    connection: Connection, comment_ids: Sequence[str], locked: str | None = None
) -> Mapping[str, FormerStanding]:
    """Lock the feeds of these comments' sites, then return how the comments stand.

    The lock comes before the comments' rows are changed: two people who answer to the same
    comments in another order wait for each other, instead of for ever. `locked` is the one site
    of them all when its feed is locked already.
    """
    wanted = comments.c.id.in_(list(comment_ids))
    if locked is None:
        sites = connection.execute(select(comments.c.site_id).where(wanted).distinct()).scalars()
        for site_id in sorted(sites):
            lock_changes(connection, site_id)
    rows = connection.execute(
        select(
            comments.c.id, comments.c.site_id, comments.c.external_id, comments.c.standing
        ).where(wanted)
    )
    return {
        row.id: FormerStanding(row.id, row.site_id, row.external_id, Decision(row.standing))
        for row in rows
    }


def tell_standings(
    connection: Connection,
    reviewed: Sequence[tuple[FormerStanding, Decision, Label | None]],
    told_by: str | None = None,
) -> None:
    """Tell what became of reviewed comments; not the Akismet key `told_by`, which said so itself."""
    for site_id in sorted({former.site_id for former, _, _ in reviewed}):
        own = [one for one in reviewed if one[0].site_id == site_id]
        at = now()
        new = [
            NewChange(ChangeKind.REVIEWED, former.comment_id, standing, label)
            for former, standing, label in own
        ]
        first = add_changes(connection, site_id, new, at) - len(new) + 1
        reviews = [
            CommentReviewed(
                site_id=site_id,
                comment_id=former.comment_id,
                external_id=former.external_id,
                decision=standing,
                previous=former.standing,
                label=label,
                cursor=str(first + index),
                at=at,
            )
            for index, (former, standing, label) in enumerate(own)
        ]
        announce_reviews(connection, site_id, reviews, told_by)
