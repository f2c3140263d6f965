"""The registry of bundles, promotions, and comments imported with their labels."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, bundles before what refers to them."""
    op.create_table(
        "bundles",
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("parent", sa.String(64), nullable=True),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("added_by", sa.String(100), nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "promotions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.String(64), sa.ForeignKey("bundles.version"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("promoted_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "imported_comments",
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("label", sa.String(4), nullable=False),
        sa.Column("row", sa.Text, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("imported_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Remove them, dependants first."""
    for table in ("imported_comments", "promotions", "bundles"):
        op.drop_table(table)
