"""Comments and their decisions."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, tuple_

from models.comment import Label
from models.evidence import Evidence
from service.decision import (
    DecidedComment,
    Decision,
    Reason,
    Signal,
    evidence_fields,
    reason_fields,
    signal_fields,
)
from service.records import Traces
from service.store.tables import comments, decisions, fingerprints


@dataclass(frozen=True, slots=True)
class NewComment:
    """A decided comment with the traces that it leaves."""

    decided: DecidedComment
    document_hash: bytes
    traces: Traces
    campaign_id: str | None
    fingerprint_values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StoredComment:
    """A comment as it stands now."""

    decided: DecidedComment
    document_hash: bytes
    standing: Decision
    label: Label | None
    state: int


def add_comments(connection: Connection, new: Sequence[NewComment]) -> None:
    """Store comments, decisions and fingerprints; an external id that is taken is an IntegrityError."""
    connection.execute(insert(comments), [_comment_row(one) for one in new])
    connection.execute(insert(decisions), [_decision_row(one.decided) for one in new])
    values = [
        {"value": value, "campaign_id": one.campaign_id}
        for one in new
        for value in one.fingerprint_values
    ]
    if values:
        connection.execute(insert(fingerprints), values)


def comment_of(connection: Connection, site_id: str, comment_id: str) -> StoredComment | None:
    """Return one comment of this site."""
    row = connection.execute(
        _stored().where(comments.c.id == comment_id, comments.c.site_id == site_id)
    ).one_or_none()
    return _read(row) if row else None


def comments_by_id(
    connection: Connection, site_id: str, comment_ids: Iterable[str]
) -> dict[str, StoredComment]:
    """Return those of the given comments that are this site's."""
    # The site is compared here: asked for both, SQLite walks the site's whole index (140 ms of
    # 100,000 comments instead of 2).
    rows = connection.execute(_stored().where(comments.c.id.in_(list(comment_ids))))
    return {row.id: _read(row) for row in rows if row.site_id == site_id}


def comments_by_external_id(
    connection: Connection, wanted: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], StoredComment]:
    """Return those of the given (site id, external id) that are stored."""
    pairs = list(wanted)
    if not pairs:
        return {}
    rows = connection.execute(
        _stored().where(tuple_(comments.c.site_id, comments.c.external_id).in_(pairs))
    )
    return {(row.site_id, row.external_id): _read(row) for row in rows}


def _stored() -> Select[Any]:
    return select(comments, decisions).join(decisions, decisions.c.comment_id == comments.c.id)


def _comment_row(new: NewComment) -> dict[str, Any]:
    decided, text = new.decided, new.traces.fingerprint
    return {
        "id": decided.id,
        "site_id": decided.site_id,
        "external_id": decided.external_id,
        "received_at": decided.received_at,
        "document": decided.document.decode(),
        "document_hash": new.document_hash,
        "test": decided.test,
        "author_key": new.traces.author_key,
        "text_key": text and text.key,
        "campaign_id": new.campaign_id,
        "sketch": text and text.sketch,
        "standing": decided.decision,
        "label": None,
    }


def _decision_row(decided: DecidedComment) -> dict[str, Any]:
    return {
        "comment_id": decided.id,
        "decision": decided.decision,
        "score": decided.score,
        "reasons": json.dumps([reason_fields(one) for one in decided.reasons]),
        "evidence": json.dumps([evidence_fields(one) for one in decided.evidence]),
        "signals": json.dumps([signal_fields(one) for one in decided.signals]),
        "bundle": decided.bundle,
        "policy_version": decided.policy_version,
    }


def _read(row: Row[Any]) -> StoredComment:
    decided = DecidedComment(
        id=row.id,
        site_id=row.site_id,
        external_id=row.external_id,
        received_at=row.received_at,
        document=row.document.encode(),
        test=row.test,
        decision=Decision(row.decision),
        score=row.score,
        reasons=tuple(Reason(**fields) for fields in json.loads(row.reasons)),
        evidence=tuple(Evidence(**fields) for fields in json.loads(row.evidence)),
        signals=tuple(Signal(**fields) for fields in json.loads(row.signals)),
        bundle=row.bundle,
        policy_version=row.policy_version,
    )
    return StoredComment(
        decided,
        row.document_hash,
        Decision(row.standing),
        row.label and Label(row.label),
        row.state,
    )
