"""The tables, as the newest migration leaves them."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sites: Final = Table(
    "sites",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    # Position of the newest change: the row's lock puts the changes of a site in commit order.
    Column("last_change", BigInteger, nullable=False, server_default="0"),
)

keys: Final = Table(
    "keys",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("site_id", String(26), ForeignKey("sites.id"), nullable=True),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("scopes", String(100), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger, nullable=True),
)

policies: Final = Table(
    "policies",
    metadata,
    Column("site_id", String(26), ForeignKey("sites.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", String(100), nullable=False),
)

# `document` is what the site sent and never changes but by retention and erasure. `standing` and
# `label` are how it stands now: the decision, or what a person said since. `state` counts the
# changes of them, so that a person who answers to an old state is told.
comments: Final = Table(
    "comments",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("site_id", String(26), ForeignKey("sites.id"), nullable=False),
    Column("external_id", String(128), nullable=True),
    Column("received_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Column("document_hash", LargeBinary(16), nullable=False),
    Column("test", Boolean, nullable=False),
    Column("author_key", BigInteger, nullable=True),
    Column("text_key", BigInteger, nullable=True),
    Column("campaign_id", String(26), nullable=True),
    Column("sketch", LargeBinary(40), nullable=True),
    Column("standing", String(8), nullable=False),
    Column("label", String(4), nullable=True),
    Column("idempotency_key", String(255), nullable=True),
    Column("identity", BigInteger, nullable=True),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("state", Integer, nullable=False, default=0, server_default="0"),
    UniqueConstraint("site_id", "external_id"),
    Index(None, "site_id", "standing", "received_at"),
    Index(None, "author_key", "standing", "label"),
    Index(None, "text_key", "standing", "label"),
    Index(None, "campaign_id", "standing", "label"),
    Index(
        None,
        "site_id",
        "idempotency_key",
        unique=True,
    ),
    Index(
        None,
        "identity",
        "received_at",
    ),
)

decisions: Final = Table(
    "decisions",
    metadata,
    Column("comment_id", String(26), ForeignKey("comments.id"), primary_key=True),
    Column("decision", String(8), nullable=False),
    Column("score", Float(53), nullable=True),
    Column("reasons", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("signals", Text, nullable=False),
    Column("bundle", String(64), nullable=False),
    Column("policy_version", Integer, nullable=False),
)

# What a comment was before it was edited or checked again, with the decision of that time; the
# newest revision is in `comments` and `decisions`.
revisions: Final = Table(
    "revisions",
    metadata,
    Column("comment_id", String(26), ForeignKey("comments.id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("received_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Column("document_hash", LargeBinary(16), nullable=False),
    Column("standing", String(8), nullable=False),
    Column("label", String(4), nullable=True),
    Column("decision", String(8), nullable=False),
    Column("score", Float(53), nullable=True),
    Column("reasons", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("signals", Text, nullable=False),
    Column("bundle", String(64), nullable=False),
    Column("policy_version", Integer, nullable=False),
)

# One tree, not a table and its index: there are up to six rows for each comment.
# One row per distinct text and per band of a campaign's first text, so a flood of one text adds none.
fingerprints: Final = Table(
    "fingerprints",
    metadata,
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign_id", String(26), ForeignKey("comments.id"), nullable=False),
    sqlite_with_rowid=False,
)

# Append-only; the newest wins; a row without a label is a retraction.
labels: Final = Table(
    "labels",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("comment_id", String(26), ForeignKey("comments.id"), nullable=False),
    Column("label", String(4), nullable=True),
    Column("who", String(100), nullable=False),
    Column("source", String(20), nullable=False),
    Column("labelled_at", BigInteger, nullable=False),
    # Which revision of the comment was meant; empty on labels from before this was written down.
    Column("revision", Integer, nullable=True),
    Index(None, "comment_id"),
)

# Append-only: whose labels, until when, somebody stood up for after they had been doubted.
confirmations: Final = Table(
    "confirmations",
    metadata,
    Column("who", String(100), primary_key=True),
    Column("confirmed_at", BigInteger, primary_key=True, autoincrement=False),
    Column("confirmed_by", String(100), nullable=False),
)

# What an Akismet key has beyond a key: itself, sealed, since the callback must send it back.
akismet_keys: Final = Table(
    "akismet_keys",
    metadata,
    Column("key_id", String(26), ForeignKey("keys.id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("hold", String(8), nullable=False),
    Column("discard", Boolean, nullable=False),
)

# Everything that happened to a site's comments; positions have no gap and ascend in commit order.
# No foreign key to the comment: the row that says it was erased outlives it.
changes: Final = Table(
    "changes",
    metadata,
    Column("site_id", String(26), ForeignKey("sites.id"), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(8), nullable=False),
    Column("comment_id", String(26), nullable=False),
    Column("standing", String(8), nullable=True),
    Column("label", String(4), nullable=True),
    Column("changed_at", BigInteger, nullable=False),
)

# Who is told: a receiver of signed webhooks, or (with `key_id`) the callback of an Akismet plugin.
endpoints: Final = Table(
    "endpoints",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("site_id", String(26), ForeignKey("sites.id"), nullable=False),
    Column("key_id", String(26), ForeignKey("keys.id"), nullable=True, unique=True),
    Column("url", String(2048), nullable=False),
    Column("events", String(200), nullable=False),
    Column("secret", LargeBinary, nullable=True),
    Column("old_secret", LargeBinary, nullable=True),
    Column("created_at", BigInteger, nullable=False),
    Column("failing_since", BigInteger, nullable=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("paused_until", BigInteger, nullable=True),
    Column("disabled_at", BigInteger, nullable=True),
    Column("disabled_for", String(200), nullable=True),
    Column("leased_until", BigInteger, nullable=True),
    Column("leased_by", String(26), nullable=True),
    Index(None, "site_id"),
)

# The outbox: one row per event and endpoint, written with the change, kept as the delivery log.
# `due_at` is empty once it was delivered or given up.
deliveries: Final = Table(
    "deliveries",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("endpoint_id", String(26), ForeignKey("endpoints.id"), nullable=False),
    Column("event_id", String(40), nullable=False),
    Column("event", String(40), nullable=False),
    Column("comment_id", String(26), nullable=True),
    Column("body", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("delivered_at", BigInteger, nullable=True),
    Column("last_status", Integer, nullable=True),
    Column("last_error", String(300), nullable=True),
    Index(None, "due_at", "endpoint_id"),
    Index(None, "endpoint_id", "due_at"),
    Index(None, "comment_id"),
)

# That something was removed at a person's wish: what was learned from it goes with the next retrain.
erasures: Final = Table(
    "erasures",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("site_id", String(26), ForeignKey("sites.id"), nullable=False),
    Column("erased_at", BigInteger, nullable=False),
    Column("comments", Integer, nullable=False),
    Column("labels", Integer, nullable=False),
)

bundles: Final = Table(
    "bundles",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("parent", String(64), nullable=True),
    Column("created_at", String(40), nullable=False),
    Column("origin", String(20), nullable=False),
    Column("added_by", String(100), nullable=False),
    Column("added_at", BigInteger, nullable=False),
)

# Append-only; the highest number names the bundle in use, so a switch is one new row.
promotions: Final = Table(
    "promotions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", String(64), ForeignKey("bundles.version"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("who", String(100), nullable=False),
    Column("why", Text, nullable=False),
    Column("promoted_at", BigInteger, nullable=False),
    # What the replay foretold, as JSON; the first hour is measured against it.
    Column("expected", Text, nullable=True),
)

# Labelled comments of the time before Winnow, as `winnow labels import` read them: they teach, but
# were never decided here.
imported_comments: Final = Table(
    "imported_comments",
    metadata,
    Column("site_id", String(26), ForeignKey("sites.id"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("label", String(4), nullable=False),
    Column("row", Text, nullable=False),
    Column("who", String(100), nullable=False),
    Column("imported_at", BigInteger, nullable=False),
)
