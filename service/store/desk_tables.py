"""The tables of the review desk: what waits, what people said, and who they are."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from service.store.tables import metadata

# Every comment that is or was in the queue: held ones, and the audit sample of the others.
queue_comments: Final = Table(
    "queue_comments",
    metadata,
    Column(
        "comment_id", String(26), ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("site_id", String(26), ForeignKey("sites.id"), nullable=False),
    Column("campaign_id", String(26), nullable=False),
    Column("kind", String(5), nullable=False),
    Column("waiting", Boolean, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("base", Float(53), nullable=False),
    Column("score", Float(53), nullable=True),
    Column("codes", Text, nullable=False),
    Column("language", String(8), nullable=True),
    Column("tie", String(6), nullable=True),
    Index(None, "campaign_id", "waiting", "received_at"),
    Index(None, "site_id", "kind", "received_at"),
)

# What waits, one row for each campaign: near-identical comments share one place in the queue, so
# that its order is one index and a flood of one text is one row. A single comment is a campaign.
queue_campaigns: Final = Table(
    "queue_campaigns",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("site_id", String(26), ForeignKey("sites.id"), nullable=False),
    Column("lead_id", String(26), nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("oldest_at", BigInteger, nullable=False),
    Column("newest_at", BigInteger, nullable=False),
    Column("base", Float(53), nullable=False),
    Column("usefulness", Float(53), nullable=False),
    Index(None, "site_id", "usefulness", "id"),
    Index(None, "site_id", "oldest_at", "id"),
    Index(None, "site_id", "newest_at", "id"),
    Index(None, "site_id", "waiting", "id"),
)

# What the comments of a waiting campaign share, beside their places: its text, authors and hosts as
# keyed numbers, each once. They go with their campaign, or with the comment that brought them.
queue_ties: Final = Table(
    "queue_ties",
    metadata,
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "campaign_id",
        String(26),
        ForeignKey("queue_campaigns.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("comment_id", String(26), ForeignKey("comments.id", ondelete="CASCADE"), nullable=False),
    Index(None, "campaign_id"),
    Index(None, "comment_id"),
    sqlite_with_rowid=False,
)

# Append-only; a row without an outcome takes back the one that it names.
reviews: Final = Table(
    "reviews",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("site_id", String(26), ForeignKey("sites.id"), nullable=False),
    Column("comment_id", String(26), ForeignKey("comments.id", ondelete="CASCADE"), nullable=False),
    Column("outcome", String(12), nullable=True),
    Column(
        "retracts",
        String(26),
        ForeignKey("reviews.id", ondelete="CASCADE"),
        nullable=True,
        unique=True,
    ),
    Column("who", String(100), nullable=False),
    Column("source", String(20), nullable=False),
    Column("reviewed_at", BigInteger, nullable=False),
    Column("state", Integer, nullable=False),
    Column("standing", String(8), nullable=False),
    Column("standing_before", String(8), nullable=False),
    Column("label_before", String(4), nullable=True),
    Column("was_waiting", Boolean, nullable=False),
    Index(None, "comment_id", "state"),
    Index(None, "site_id", "reviewed_at"),
)

reviewers: Final = Table(
    "reviewers",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# Who may review which site; to end it is to remove the row.
reviewer_roles: Final = Table(
    "reviewer_roles",
    metadata,
    Column(
        "reviewer_id",
        String(26),
        ForeignKey("reviewers.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("site_id", String(26), ForeignKey("sites.id"), primary_key=True),
    Column("role", String(10), nullable=False),
)

# One-time links by which a person chooses a name and a password; only the hash of each is kept.
invitations: Final = Table(
    "invitations",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("site_id", String(26), ForeignKey("sites.id"), nullable=False),
    Column("role", String(10), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

sessions: Final = Table(
    "sessions",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column(
        "reviewer_id", String(26), ForeignKey("reviewers.id", ondelete="CASCADE"), nullable=False
    ),
    Column("site_id", String(26), ForeignKey("sites.id"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Index(None, "reviewer_id", "created_at"),
)

# Attempts to log in within the last hour, each under a hash of name and address and one of the
# address alone.
login_attempts: Final = Table(
    "login_attempts",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("key", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "key", "at"),
    Index(None, "at"),
)
