"""The tables of shadow mode: which candidate decides beside the incumbent, and what it decided."""

from typing import Final

from sqlalchemy import BigInteger, Column, Float, ForeignKey, String, Table

from service.store.tables import metadata

# One row a candidate; the newest that has not ended is in the shadow.
shadows: Final = Table(
    "shadows",
    metadata,
    Column("version", String(64), ForeignKey("bundles.version"), primary_key=True),
    Column("who", String(100), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    # The newest comment that was looked at.
    Column("reached", String(26), nullable=False),
)

# Never given to anybody; beside `decisions`, which has what was given.
shadow_decisions: Final = Table(
    "shadow_decisions",
    metadata,
    Column("version", String(64), ForeignKey("shadows.version"), primary_key=True),
    Column(
        "comment_id", String(26), ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("decision", String(8), nullable=False),
    Column("score", Float(53), nullable=True),
)
