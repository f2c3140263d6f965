"""Sites, keys, policies, comments, decisions, fingerprints, labels."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables, what others refer to first."""
    _make_sites()
    _make_comments()
    _make_decisions()


def _make_sites() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False, unique=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "keys",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), nullable=True),
        sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
        sa.Column("scopes", sa.String(100), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger, nullable=True),
    )
    op.create_table(
        "policies",
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.String(100), nullable=False),
    )


def _make_comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), nullable=False),
        sa.Column("external_id", sa.String(128), nullable=True),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("document_hash", sa.LargeBinary(16), nullable=False),
        sa.Column("test", sa.Boolean, nullable=False),
        sa.Column("author_key", sa.BigInteger, nullable=True),
        sa.Column("text_key", sa.BigInteger, nullable=True),
        sa.Column("campaign_id", sa.String(26), nullable=True),
        sa.Column("sketch", sa.LargeBinary(40), nullable=True),
        sa.Column("standing", sa.String(8), nullable=False),
        sa.Column("label", sa.String(4), nullable=True),
        sa.UniqueConstraint("site_id", "external_id"),
    )
    for columns in (
        ("site_id", "standing", "received_at"),
        ("author_key", "standing", "label"),
        ("text_key", "standing", "label"),
        ("campaign_id", "standing", "label"),
    ):
        op.create_index(op.f("ix_comments_" + "_".join(columns)), "comments", columns)


def _make_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("comment_id", sa.String(26), sa.ForeignKey("comments.id"), primary_key=True),
        sa.Column("decision", sa.String(8), nullable=False),
        sa.Column("score", sa.Float(53), nullable=True),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("signals", sa.Text, nullable=False),
        sa.Column("bundle", sa.String(64), nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
    )
    op.create_table(
        "fingerprints",
        sa.Column("value", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("campaign_id", sa.String(26), sa.ForeignKey("comments.id"), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "labels",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("comment_id", sa.String(26), sa.ForeignKey("comments.id"), nullable=False),
        sa.Column("label", sa.String(4), nullable=True),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("labelled_at", sa.BigInteger, nullable=False),
    )
    op.create_index(op.f("ix_labels_comment_id"), "labels", ["comment_id"])


def downgrade() -> None:
    """Remove them, dependants first."""
    for table in (
        "labels",
        "fingerprints",
        "decisions",
        "comments",
        "policies",
        "keys",
        "sites",
    ):
        op.drop_table(table)
