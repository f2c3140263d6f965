"""Which revision a label meant, and whose doubted labels were confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table; what older labels meant nobody wrote down."""
    op.add_column("labels", sa.Column("revision", sa.Integer, nullable=True))
    op.create_table(
        "confirmations",
        sa.Column("who", sa.String(100), primary_key=True),
        sa.Column("confirmed_at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("confirmed_by", sa.String(100), nullable=False),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("confirmations")
    op.drop_column("labels", "revision")
