"""A comment that was edited or checked again: the former revision is kept, the new one takes its place."""

from collections.abc import Sequence
from typing import Final

from pydantic_core import from_json
from sqlalchemy import Connection, bindparam, insert, select, update

from models.comment import Label
from service.clock import iso, now
from service.deciding.decision import Decision
from service.store.changes import ChangeKind, NewChange, add_changes, lock_changes
from service.store.comments import NewComment, add_fingerprints, decision_values
from service.store.tables import comments, decisions, revisions

_KEPT: Final = ("received_at", "document", "document_hash", "standing", "label", "revision")
_DECIDED: Final = (
    *("decision", "score", "reasons", "evidence"),
    *("signals", "bundle", "policy_version"),
)
_KEEP: Final = insert(revisions).from_select(
    ["comment_id", *_KEPT, *_DECIDED],
    select(
        comments.c.id,
        *(comments.c[name] for name in _KEPT),
        *(decisions.c[name] for name in _DECIDED),
    )
    .join(decisions, decisions.c.comment_id == comments.c.id)
    .where(comments.c.id == bindparam("revised")),
)


def revise_comment(
    connection: Connection, new: NewComment, standing: Decision, label: Label | None
) -> None:
    """Keep the present revision of a comment and put the new one in its place."""
    decided, fingerprint = new.decided, new.traces.fingerprint
    lock_changes(connection, decided.site_id)
    connection.execute(_KEEP, {"revised": decided.id})
    connection.execute(
        update(comments)
        .where(comments.c.id == decided.id)
        .values(
            received_at=decided.received_at,
            document=decided.document.decode(),
            document_hash=new.document_hash,
            test=decided.test,
            author_key=new.traces.author_key,
            text_key=fingerprint and fingerprint.key,
            campaign_id=new.campaign_id,
            sketch=fingerprint and fingerprint.sketch,
            standing=standing.value,
            label=label and label.value,
            revision=decided.revision,
        )
    )
    values = zip(_DECIDED, decision_values(decided), strict=True)
    connection.execute(
        update(decisions).where(decisions.c.comment_id == decided.id).values(dict(values))
    )
    add_fingerprints(connection, [new])
    change = NewChange(ChangeKind.DECIDED, decided.id, standing, label)
    add_changes(connection, decided.site_id, [change], now())


def former_revisions(connection: Connection, comment_id: str) -> Sequence[dict[str, object]]:
    """Return what a comment was before, oldest first, as plain JSON values."""
    rows = connection.execute(
        select(revisions).where(revisions.c.comment_id == comment_id).order_by(revisions.c.revision)
    )
    return [
        {
            "revision": row.revision,
            "received_at": iso(row.received_at),
            "decision": row.decision,
            "score": row.score,
            "standing": row.standing,
            "label": row.label,
            "bundle": row.bundle,
            "policy": row.policy_version,
            "comment": from_json(row.document),
        }
        for row in rows
    ]
