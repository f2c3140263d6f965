"""Comments sent twice are known again; an edited comment keeps its former revisions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what tells a repeated request, and the table of former revisions."""
    op.add_column("comments", sa.Column("idempotency_key", sa.String(255), nullable=True))
    op.add_column("comments", sa.Column("identity", sa.BigInteger, nullable=True))
    op.add_column("comments", sa.Column("revision", sa.Integer, nullable=False, server_default="1"))
    op.create_index(
        op.f("ix_comments_site_id_idempotency_key"),
        "comments",
        ["site_id", "idempotency_key"],
        unique=True,
    )
    op.create_index(
        op.f("ix_comments_identity_received_at"),
        "comments",
        ["identity", "received_at"],
    )
    op.create_table(
        "revisions",
        sa.Column("comment_id", sa.String(26), sa.ForeignKey("comments.id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("document_hash", sa.LargeBinary(16), nullable=False),
        sa.Column("standing", sa.String(8), nullable=False),
        sa.Column("label", sa.String(4), nullable=True),
        sa.Column("decision", sa.String(8), nullable=False),
        sa.Column("score", sa.Float(53), nullable=True),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("signals", sa.Text, nullable=False),
        sa.Column("bundle", sa.String(64), nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Remove them; the newest revision of each comment stays."""
    op.drop_table("revisions")
    op.drop_index(op.f("ix_comments_identity_received_at"), "comments")
    op.drop_index(op.f("ix_comments_site_id_idempotency_key"), "comments")
    for column in ("revision", "identity", "idempotency_key"):
        op.drop_column("comments", column)
