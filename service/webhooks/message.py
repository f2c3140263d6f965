"""The bytes that a receiver gets: signed by Standard Webhooks, or as the Akismet plugin reads them."""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from standardwebhooks import Webhook

SECRET_MARK: Final = "whsec_"  # noqa: S105 - the mark of a secret, not one
SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Message:
    """One request to a receiver."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def new_webhook_secret() -> str:
    """Return a new secret in the form that receivers' libraries take."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_message(
    url: str, event_id: str, body: str, signing: Sequence[str], at: datetime
) -> Message:
    """Return the message, signed anew at each attempt with every active secret."""
    # The library forgets the zone it is given and takes the time for UTC.
    moment = at.astimezone(UTC)
    signatures = [Webhook(secret).sign(event_id, moment, body) for secret in signing]
    headers = {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    return Message(url, headers, body.encode())


def akismet_message(url: str, key: str, entry: str) -> Message:
    """Return what the Akismet plugin takes for a change of mind; the key is all its proof."""
    body = {"key": key, "endpoint": "comment-check", "comments": [json.loads(entry)]}
    # The header keeps the plugin from reporting the change back to us as a moderator's opinion.
    headers = {"content-type": "application/json", "x-akismet-webhook": "1"}
    return Message(url, headers, json.dumps(body).encode())
