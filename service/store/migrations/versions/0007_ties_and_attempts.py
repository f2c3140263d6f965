"""What ties waiting comments to one campaign, and attempts to log in, counted for all replicas."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what waits already stays in its place."""
    op.add_column("queue_comments", sa.Column("tie", sa.String(6), nullable=True))
    op.create_table(
        "queue_ties",
        sa.Column("value", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column(
            "campaign_id",
            sa.String(26),
            sa.ForeignKey("queue_campaigns.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "comment_id",
            sa.String(26),
            sa.ForeignKey("comments.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_queue_ties_campaign_id"), "queue_ties", ["campaign_id"])
    op.create_index(op.f("ix_queue_ties_comment_id"), "queue_ties", ["comment_id"])
    op.create_table(
        "login_attempts",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index(op.f("ix_login_attempts_key_at"), "login_attempts", ["key", "at"])
    op.create_index(op.f("ix_login_attempts_at"), "login_attempts", ["at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("login_attempts")
    op.drop_table("queue_ties")
    op.drop_column("queue_comments", "tie")
