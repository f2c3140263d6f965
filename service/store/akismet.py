"""What the Akismet face keeps and asks: its keys, reported comments, counts of a month."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from models.comment import Label
from service.akismet.client import HoldAs
from service.deciding.decision import Decision
from service.store.comments import StoredComment, comments_of_text
from service.store.tables import akismet_keys, comments, decisions, endpoints, keys, sites


@dataclass(frozen=True, slots=True)
class AkismetKey:
    """A live key of a blog that speaks Akismet."""

    id: str
    site_id: str
    site_name: str
    hold: HoldAs
    may_discard: bool
    callback: str | None
    """Where the plugin wants to be told of reviews, as it said last."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How many comments a site had checked, and what became of them."""

    spam: int = 0
    ham: int = 0
    missed_spam: int = 0
    false_positives: int = 0

    @property
    def checked(self) -> int:
        """How many in all."""
        return self.spam + self.ham

    @property
    def accuracy(self) -> float:
        """The share that no person contradicted, in percent."""
        wrong = self.missed_spam + self.false_positives
        return 100.0 if not self.checked else max(0.0, 100 * (1 - wrong / self.checked))


def add_akismet_key(connection: Connection, key_id: str, sealed: bytes) -> None:
    """Store what an Akismet key has beyond the key that was stored."""
    connection.execute(
        insert(akismet_keys).values(key_id=key_id, sealed=sealed, hold=HoldAs.AUTO, discard=False)
    )


def set_akismet_key(
    connection: Connection, key_id: str, hold: HoldAs, *, may_discard: bool
) -> bool:
    """Say how the client with this key is answered; return whether there is such a key."""
    done = connection.execute(
        update(akismet_keys)
        .where(akismet_keys.c.key_id == key_id)
        .values(hold=hold, discard=may_discard)
    )
    return done.rowcount == 1


def akismet_answers(connection: Connection, key_ids: Sequence[str]) -> dict[str, str]:
    """Return how the clients of those of the keys that are Akismet's are answered, in words."""
    rows = connection.execute(select(akismet_keys).where(akismet_keys.c.key_id.in_(key_ids)))
    return {
        row.key_id: f"hold {HoldAs(row.hold)}{', discard' if row.discard else ''}" for row in rows
    }


def find_akismet_key(connection: Connection, fingerprint: str) -> AkismetKey | None:
    """Return the live Akismet key with this keyed hash."""
    row = connection.execute(
        select(
            keys.c.id,
            keys.c.site_id,
            sites.c.name,
            akismet_keys.c.hold,
            akismet_keys.c.discard,
            endpoints.c.url,
        )
        .join(akismet_keys, akismet_keys.c.key_id == keys.c.id)
        .join(sites, sites.c.id == keys.c.site_id)
        .outerjoin(endpoints, endpoints.c.key_id == keys.c.id)
        .where(keys.c.fingerprint == fingerprint, keys.c.revoked_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    return AkismetKey(row.id, row.site_id, row.name, HoldAs(row.hold), row.discard, row.url)


def sealed_key(connection: Connection, key_id: str) -> bytes | None:
    """Return the key as its callback must be told it, sealed; None once it was revoked."""
    sealed: bytes | None = connection.execute(
        select(akismet_keys.c.sealed)
        .join(keys, keys.c.id == akismet_keys.c.key_id)
        .where(akismet_keys.c.key_id == key_id, keys.c.revoked_at.is_(None))
    ).scalar_one_or_none()
    return sealed


def reported_comment(
    connection: Connection, site_id: str, text_key: int, author: Mapping[str, str]
) -> StoredComment | None:
    """Return the comment that a report without a guid means: the same text, the author most alike.

    `author` is the reported author as the API writes it; of those alike the newest counts.
    """
    known = comments_of_text(connection, site_id, text_key)
    if not known:
        return None

    def likeness(stored: StoredComment) -> int:
        other = stored.author
        return sum(author.get(name) == other.get(name) for name in ("email", "name", "ip", "url"))

    return max(known, key=likeness)


def usage_of(connection: Connection, site_id: str, since: int, until: int) -> Usage:
    """Count what was checked from `since` up to `until` (microseconds since 1970)."""
    rows = connection.execute(
        select(decisions.c.decision, comments.c.label, func.count())
        .join(comments, comments.c.id == decisions.c.comment_id)
        .where(
            comments.c.site_id == site_id,
            comments.c.received_at >= since,
            comments.c.received_at < until,
        )
        .group_by(decisions.c.decision, comments.c.label)
    )
    counts: Counter[str] = Counter()
    for decision, label, count in rows:
        rejected = decision == Decision.REJECT
        counts["spam" if rejected else "ham"] += count
        counts["false_positives"] += count * (rejected and label == Label.HAM)
        counts["missed_spam"] += count * (not rejected and label == Label.SPAM)
    return Usage(**counts)
