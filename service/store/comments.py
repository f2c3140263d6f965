"""Comments and their decisions."""

from collections import namedtuple
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Select, bindparam, select

from models.comment import Comment, Label
from models.evidence import Evidence
from service.deciding.decision import (
    DecidedComment,
    Decision,
    Reason,
    Signal,
    evidence_fields,
    reason_fields,
    signal_fields,
)
from service.deciding.records import Traces
from service.identifiers import is_identifier
from service.store.changes import add_decided
from service.store.insertion import Insertion
from service.store.tables import comments, decisions, fingerprints


@dataclass(frozen=True, slots=True)
class NewComment:
    """A decided comment with the traces that it leaves and what tells it when it is sent again."""

    decided: DecidedComment
    comment: Comment
    document_hash: bytes
    traces: Traces
    campaign_id: str | None
    fingerprint_values: tuple[int, ...]
    idempotency_key: str | None = None
    identity: int | None = None


@dataclass(frozen=True, slots=True)
class StoredComment:
    """A comment as it stands now."""

    decided: DecidedComment
    document_hash: bytes
    standing: Decision
    label: Label | None
    traces: "StoredTraces"
    state: int
    """Counts up with every change of how it stands, so that a stale review is noticed."""

    @property
    def author(self) -> dict[str, str]:
        """The author as the site sent it."""
        author: dict[str, str] = from_json(self.decided.document).get("author", {})
        return author


@dataclass(frozen=True, slots=True)
class StoredTraces:
    """Where a comment is counted in our records."""

    author_key: int | None
    text_key: int | None
    campaign_id: str | None


_COMMENTS: Final = Insertion(
    comments,
    "id site_id external_id received_at document document_hash test author_key text_key "
    "campaign_id sketch standing idempotency_key identity revision",
)
_DECISIONS: Final = Insertion(
    decisions, "comment_id decision score reasons evidence signals bundle policy_version"
)
# Two replicas that see a text first at the same time both name a campaign; the first one's stays.
_FINGERPRINTS: Final = Insertion(fingerprints, "value campaign_id", skip_known=True)


def stored() -> Select[Any]:
    """Return the query for comments that `read_row` reads; add the condition."""
    return select(comments, decisions).join(decisions, decisions.c.comment_id == comments.c.id)


StoredRow: Final = namedtuple("StoredRow", [column.name for column in stored().selected_columns])  # type: ignore[misc]
"""A row of `stored()` as the driver gives it."""

_BY_ID: Final = stored().where(
    comments.c.id == bindparam("id"), comments.c.site_id == bindparam("site_id")
)


def add_comments(connection: Connection, new: Sequence[NewComment]) -> None:
    """Store comments, decisions and fingerprints; an external id that is taken is an IntegrityError."""
    _COMMENTS.add(connection, [_comment_row(one) for one in new])
    _DECISIONS.add(connection, [(one.decided.id, *decision_values(one.decided)) for one in new])
    add_fingerprints(connection, new)
    add_decided(connection, [one.decided for one in new])


def add_fingerprints(connection: Connection, new: Sequence[NewComment]) -> None:
    """Store the fingerprints, in one order, so that two batches never wait for each other."""
    rows = [(value, one.campaign_id) for one in new for value in one.fingerprint_values]
    _FINGERPRINTS.add(connection, sorted(rows))


def comment_of(connection: Connection, site_id: str, comment_id: str) -> StoredComment | None:
    """Return one comment of this site."""
    if not is_identifier(comment_id):
        return None
    row = connection.execute(_BY_ID, {"id": comment_id, "site_id": site_id}).one_or_none()
    return read_row(row) if row else None


def comments_by_id(
    connection: Connection, site_id: str, comment_ids: Iterable[str]
) -> dict[str, StoredComment]:
    """Return those of the given comments that are this site's."""
    # The site is compared here: asked for both, SQLite walks the site's whole index (140 ms of
    # 100,000 comments instead of 2).
    rows = connection.execute(stored().where(comments.c.id.in_(list(comment_ids))))
    return {row.id: read_row(row) for row in rows if row.site_id == site_id}


def comments_of_text(
    connection: Connection, site_id: str, text_key: int, limit: int = 50
) -> list[StoredComment]:
    """Return the newest comments of this site with the same text."""
    rows = connection.execute(
        stored()
        .where(comments.c.text_key == text_key, comments.c.site_id == site_id)
        .order_by(comments.c.received_at.desc())
        .limit(limit)
    )
    return [read_row(row) for row in rows]


def decision_values(decided: DecidedComment) -> tuple[Any, ...]:
    """Return a decision as stored, from `decision` to `policy_version`."""
    return (
        decided.decision.value,
        decided.score,
        _json([reason_fields(one) for one in decided.reasons]),
        _json([evidence_fields(one) for one in decided.evidence]),
        _json([signal_fields(one) for one in decided.signals]),
        decided.bundle,
        decided.policy_version,
    )


def read_row(row: Any) -> StoredComment:
    """Return what a row of `stored()` says."""
    decided = DecidedComment(
        id=row.id,
        site_id=row.site_id,
        external_id=row.external_id,
        received_at=row.received_at,
        document=row.document.encode(),
        test=bool(row.test),
        decision=Decision(row.decision),
        score=row.score,
        reasons=tuple(Reason(**fields) for fields in from_json(row.reasons)),
        evidence=tuple(Evidence(**fields) for fields in from_json(row.evidence)),
        signals=tuple(Signal(**fields) for fields in from_json(row.signals)),
        bundle=row.bundle,
        policy_version=row.policy_version,
        revision=row.revision,
    )
    traces = StoredTraces(row.author_key, row.text_key, row.campaign_id)
    standing, label = Decision(row.standing), row.label and Label(row.label)
    return StoredComment(decided, row.document_hash, standing, label, traces, row.state)


def _comment_row(new: NewComment) -> tuple[Any, ...]:
    decided, text = new.decided, new.traces.fingerprint
    return (
        decided.id,
        decided.site_id,
        decided.external_id,
        decided.received_at,
        decided.document.decode(),
        new.document_hash,
        decided.test,
        new.traces.author_key,
        text and text.key,
        new.campaign_id,
        text and text.sketch,
        decided.decision.value,
        new.idempotency_key,
        new.identity,
        decided.revision,
    )


def _json(fields: list[dict[str, Any]]) -> str:
    return to_json(fields).decode() if fields else "[]"
