"""A stored decision as the API gives it; the same record always gives the same bytes."""

import json
import re
from typing import Any, Final

from service.clock import iso
from service.deciding.decision import DecidedComment, evidence_fields, reason_fields, signal_fields
from service.store.comments import StoredComment

# Fields that the features and signals read, and that a site can send without asking its visitors.
HELPFUL: Final = (
    ("author", "name"),
    ("author", "email"),
    ("author", "ip"),
    ("post", "title"),
    ("post", "excerpt"),
)
# These names stand in one place of a document, and within its texts every quotation mark has a
# backslash before it, so a look is enough; parsing took five times as long.
_SENT: Final = re.compile(rb'"(name|email|ip|title|excerpt)"\s*:(?!\s*null)')


def decision_fields(decided: DecidedComment) -> dict[str, Any]:
    """Return the answer to a decided comment as plain JSON values."""
    return {
        "id": decided.id,
        "external_id": decided.external_id,
        "decision": decided.decision.value,
        "score": decided.score,
        "reasons": [reason_fields(reason) for reason in decided.reasons],
        "evidence": [evidence_fields(one) for one in decided.evidence],
        "bundle": decided.bundle,
        "policy": decided.policy_version,
        "received_at": iso(decided.received_at),
        "revision": decided.revision,
        "hints": hints(decided.document),
    }


def comment_fields(stored: StoredComment) -> dict[str, Any]:
    """Return everything about a stored comment as plain JSON values."""
    return {
        **decision_fields(stored.decided),
        "comment": json.loads(stored.decided.document),
        "signals": [signal_fields(signal) for signal in stored.decided.signals],
        "standing": stored.standing.value,
        "label": stored.label and stored.label.value,
        "state": stored.state,
    }


def hints(document: bytes) -> list[str]:
    """Return the fields that the site did not send and that would help."""
    sent = _SENT.findall(document)
    return [f"{part}.{name}" for part, name in HELPFUL if name.encode() not in sent]
