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
# `label` are the present state of it: the decision, or what a person said since.
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
    UniqueConstraint("site_id", "external_id"),
    Index(None, "site_id", "standing", "received_at"),
    Index(None, "author_key", "standing", "label"),
    Index(None, "text_key", "standing", "label"),
    Index(None, "campaign_id", "standing", "label"),
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

# One row per distinct text and per band of a campaign's first text, so a flood of one text adds none.
fingerprints: Final = Table(
    "fingerprints",
    metadata,
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign_id", String(26), ForeignKey("comments.id"), nullable=False),
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
    Index(None, "comment_id"),
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
