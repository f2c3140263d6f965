"""Akismet keys, the feed of changes, endpoints and their deliveries, erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; every stored comment becomes a change, in the order of arrival."""
    op.add_column(
        "sites", sa.Column("last_change", sa.BigInteger, nullable=False, server_default="0")
    )
    op.create_table(
        "akismet_keys",
        sa.Column("key_id", sa.String(26), sa.ForeignKey("keys.id"), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("hold", sa.String(8), nullable=False),
        sa.Column("discard", sa.Boolean, nullable=False),
    )
    op.create_table(
        "changes",
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("comment_id", sa.String(26), nullable=False),
        sa.Column("standing", sa.String(8), nullable=True),
        sa.Column("label", sa.String(4), nullable=True),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    _make_endpoints()
    _make_deliveries()
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), nullable=False),
        sa.Column("erased_at", sa.BigInteger, nullable=False),
        sa.Column("comments", sa.Integer, nullable=False),
        sa.Column("labels", sa.Integer, nullable=False),
    )
    _replay()


def downgrade() -> None:
    """Remove them, dependants first."""
    for table in ("erasures", "deliveries", "endpoints", "changes", "akismet_keys"):
        op.drop_table(table)
    op.drop_column("sites", "last_change")


def _make_endpoints() -> None:
    op.create_table(
        "endpoints",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("site_id", sa.String(26), sa.ForeignKey("sites.id"), nullable=False),
        sa.Column("key_id", sa.String(26), sa.ForeignKey("keys.id"), nullable=True),
        sa.Column("url", sa.String(2048), nullable=False),
        sa.Column("events", sa.String(200), nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=True),
        sa.Column("old_secret", sa.LargeBinary, nullable=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("failing_since", sa.BigInteger, nullable=True),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("paused_until", sa.BigInteger, nullable=True),
        sa.Column("disabled_at", sa.BigInteger, nullable=True),
        sa.Column("disabled_for", sa.String(200), nullable=True),
        sa.Column("leased_until", sa.BigInteger, nullable=True),
        sa.Column("leased_by", sa.String(26), nullable=True),
        sa.UniqueConstraint("key_id"),
    )
    op.create_index(op.f("ix_endpoints_site_id"), "endpoints", ["site_id"])


def _make_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("endpoint_id", sa.String(26), sa.ForeignKey("endpoints.id"), nullable=False),
        sa.Column("event_id", sa.String(40), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("comment_id", sa.String(26), nullable=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("delivered_at", sa.BigInteger, nullable=True),
        sa.Column("last_status", sa.Integer, nullable=True),
        sa.Column("last_error", sa.String(300), nullable=True),
    )
    for columns in (("due_at", "endpoint_id"), ("endpoint_id", "due_at"), ("comment_id",)):
        op.create_index(op.f("ix_deliveries_" + "_".join(columns)), "deliveries", columns)


def _replay() -> None:
    op.execute(
        "INSERT INTO changes (site_id, position, kind, comment_id, standing, label, changed_at)"
        " SELECT site_id, ROW_NUMBER() OVER (PARTITION BY site_id ORDER BY received_at, id),"
        " 'decided', id, standing, label, received_at FROM comments"
    )
    op.execute(
        "UPDATE sites SET last_change ="
        " (SELECT COUNT(*) FROM changes WHERE changes.site_id = sites.id)"
    )
