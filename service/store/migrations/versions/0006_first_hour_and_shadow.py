"""What a replay foretold of a promotion, and candidates that decide in the shadow."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the tables."""
    op.add_column("promotions", sa.Column("expected", sa.Text, nullable=True))
    op.create_table(
        "shadows",
        sa.Column("version", sa.String(64), sa.ForeignKey("bundles.version"), primary_key=True),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("reached", sa.String(26), nullable=False),
    )
    op.create_table(
        "shadow_decisions",
        sa.Column("version", sa.String(64), sa.ForeignKey("shadows.version"), primary_key=True),
        sa.Column(
            "comment_id",
            sa.String(26),
            sa.ForeignKey("comments.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("decision", sa.String(8), nullable=False),
        sa.Column("score", sa.Float(53), nullable=True),
    )


def downgrade() -> None:
    """Remove them, dependants first."""
    op.drop_table("shadow_decisions")
    op.drop_table("shadows")
    op.drop_column("promotions", "expected")
