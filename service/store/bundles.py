"""The registry of bundles: those we keep, and the promotions that say which is in use."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select

from service.loop.live_shares import LiveShares
from service.loop.promotion import Promotion, PromotionKind, RegisteredBundle
from service.store.tables import bundles, promotions


def add_bundle(connection: Connection, new: RegisteredBundle) -> None:
    """Register a bundle; one of the same version that is there already stays as it is."""
    if bundle_of(connection, new.version) is None:
        values = {name: getattr(new, name) for name in RegisteredBundle.__slots__}
        connection.execute(insert(bundles).values(values))


def bundle_of(connection: Connection, version: str) -> RegisteredBundle | None:
    """Return the registered bundle of this version."""
    row = connection.execute(select(bundles).where(bundles.c.version == version)).one_or_none()
    return _bundle(row) if row else None


def all_bundles(connection: Connection) -> list[RegisteredBundle]:
    """Return every registered bundle, newest first."""
    rows = connection.execute(
        select(bundles).order_by(bundles.c.added_at.desc(), bundles.c.version)
    )
    return [_bundle(row) for row in rows]


def add_promotion(connection: Connection, new: Promotion) -> None:
    """Append a promotion; a number that another replica took first is an IntegrityError."""
    values = {name: getattr(new, name) for name in Promotion.__slots__}
    values["expected"] = new.expected and new.expected.to_json()
    connection.execute(insert(promotions).values(values))


def newest_promotion(connection: Connection) -> Promotion | None:
    """Return the promotion in force; None where nothing was ever promoted."""
    row = connection.execute(
        select(promotions).order_by(promotions.c.number.desc()).limit(1)
    ).one_or_none()
    return _promotion(row) if row else None


def all_promotions(connection: Connection) -> list[Promotion]:
    """Return every promotion, oldest first."""
    rows = connection.execute(select(promotions).order_by(promotions.c.number))
    return [_promotion(row) for row in rows]


def _bundle(row: Row[Any]) -> RegisteredBundle:
    return RegisteredBundle(**{name: getattr(row, name) for name in RegisteredBundle.__slots__})


def _promotion(row: Row[Any]) -> Promotion:
    values = {name: getattr(row, name) for name in Promotion.__slots__}
    expected = row.expected and LiveShares.from_json(row.expected)
    return Promotion(**{**values, "kind": PromotionKind(row.kind), "expected": expected})
