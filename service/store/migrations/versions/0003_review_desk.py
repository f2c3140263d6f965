"""What the review desk keeps: the queue, reviews, reviewers, invitations and sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the review desk, and count the changes of each comment's standing."""
    op.add_column("comments", sa.Column("state", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "queue_comments",
        sa.Column(
            "comment_id",
            sa.String(26),
            sa.ForeignKey("comments.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), nullable=False),
        sa.Column("campaign_id", sa.String(26), nullable=False),
        sa.Column("kind", sa.String(5), nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("base", sa.Float(53), nullable=False),
        sa.Column("score", sa.Float(53), nullable=True),
        sa.Column("codes", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=True),
    )
    op.create_index(
        op.f("ix_queue_comments_campaign_id_waiting_received_at"),
        "queue_comments",
        ["campaign_id", "waiting", "received_at"],
    )
    op.create_index(
        op.f("ix_queue_comments_site_id_kind_received_at"),
        "queue_comments",
        ["site_id", "kind", "received_at"],
    )
    op.create_table(
        "queue_campaigns",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), nullable=False),
        sa.Column("lead_id", sa.String(26), nullable=False),
        sa.Column("waiting", sa.Integer, nullable=False),
        sa.Column("oldest_at", sa.BigInteger, nullable=False),
        sa.Column("newest_at", sa.BigInteger, nullable=False),
        sa.Column("base", sa.Float(53), nullable=False),
        sa.Column("usefulness", sa.Float(53), nullable=False),
    )
    op.create_index(
        op.f("ix_queue_campaigns_site_id_usefulness_id"),
        "queue_campaigns",
        ["site_id", "usefulness", "id"],
    )
    op.create_index(
        op.f("ix_queue_campaigns_site_id_oldest_at_id"),
        "queue_campaigns",
        ["site_id", "oldest_at", "id"],
    )
    op.create_index(
        op.f("ix_queue_campaigns_site_id_newest_at_id"),
        "queue_campaigns",
        ["site_id", "newest_at", "id"],
    )
    op.create_index(
        op.f("ix_queue_campaigns_site_id_waiting_id"),
        "queue_campaigns",
        ["site_id", "waiting", "id"],
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), nullable=False),
        sa.Column(
            "comment_id",
            sa.String(26),
            sa.ForeignKey("comments.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(12), nullable=True),
        sa.Column(
            "retracts",
            sa.String(26),
            sa.ForeignKey("reviews.id", ondelete="CASCADE"),
            nullable=True,
            unique=True,
        ),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("reviewed_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("standing", sa.String(8), nullable=False),
        sa.Column("standing_before", sa.String(8), nullable=False),
        sa.Column("label_before", sa.String(4), nullable=True),
        sa.Column("was_waiting", sa.Boolean, nullable=False),
    )
    op.create_index(op.f("ix_reviews_comment_id_state"), "reviews", ["comment_id", "state"])
    op.create_index(op.f("ix_reviews_site_id_reviewed_at"), "reviews", ["site_id", "reviewed_at"])
    op.create_table(
        "reviewers",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "reviewer_roles",
        sa.Column(
            "reviewer_id",
            sa.String(26),
            sa.ForeignKey("reviewers.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), primary_key=True),
        sa.Column("role", sa.String(10), nullable=False),
    )
    op.create_table(
        "invitations",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column(
            "reviewer_id",
            sa.String(26),
            sa.ForeignKey("reviewers.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
    op.create_index(
        op.f("ix_sessions_reviewer_id_created_at"), "sessions", ["reviewer_id", "created_at"]
    )


def downgrade() -> None:
    """Remove them, dependants first."""
    for table in (
        "sessions",
        "invitations",
        "reviewer_roles",
        "reviewers",
        "reviews",
        "queue_campaigns",
        "queue_comments",
    ):
        op.drop_table(table)
    op.drop_column("comments", "state")
