"""Migrations keep every row, down to the first version and up again."""

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from service.deciding.arrival import arrive
from service.deciding.moderation import Moderator
from service.first_start import ensure_first_site
from service.house import build
from service.schemas import CommentIn
from service.settings import Settings
from service.store.engine import Store
from service.store.migrate import current_version, migrate, newest_version
from tests.reliability.replica import KEY
from tests.reliability.scale import SCALE

pytestmark = pytest.mark.reliability

NASTY = (
    "'; DROP TABLE comments; --",
    'quotes " and \\ backslashes \\u0000',
    "\U0001f600 \u200b\u202e right to left \u0627\u0644\u0633\u0644\u0627\u0645",
    "%s %(name)s :name ? $1 {} {0}",
    "tab\tand line\nand return\r\nand more",
    "\u00df\u0130\u017f\ufb01 e\u0301 \u1e9e",
    "NULL",
    "\ufffe\uffff\U0010ffff",
    "a" * 19_000,
)


def test_every_row_survives_down_and_up(
    tmp_path: Path, bundle: Path, database: dict[str, object], seed: int
) -> None:
    given = {"data_dir": tmp_path, "bundle_dir": bundle, "api_key": KEY, **database}
    settings = Settings.model_validate(given)
    house = build(settings)
    migrate(house.store)
    ensure_first_site(house.store, settings, house.new_id)
    _fill(house.store, Moderator(house.store, house.scorer, house.new_id), random.Random(seed))
    before = _rows(house.store)
    assert before["comments"][0] == SCALE.nasty_rows
    migrate(house.store, "0001")
    assert _rows(house.store) == before
    migrate(house.store)
    assert _rows(house.store) == before
    assert current_version(house.store) == newest_version()
    house.store.close()


def _fill(store: Store, moderator: Moderator, source: random.Random) -> None:
    with store.reading() as connection:
        site = connection.execute(text("SELECT id FROM sites")).scalar_one()
    bodies = [_nasty(source, number) for number in range(SCALE.nasty_rows)]
    arrivals = [arrive(site, one.comment(), one.document(), 1) for one in bodies]
    for begin in range(0, len(arrivals), 256):
        moderator.decide(arrivals[begin : begin + 256])


def _nasty(source: random.Random, number: int) -> CommentIn:
    words = source.choices(NASTY[:-1], k=3)
    if number % 500 == 0:
        words.append(NASTY[-1])
    return CommentIn.model_validate(
        {
            "content": f"{number} {' '.join(words)}",
            "external_id": f"{number}{source.choice(NASTY[:3])}",
            "author": {"name": source.choice(NASTY[:-1]), "email": f"{number}@example.org"},
        }
    )


def _rows(store: Store) -> dict[str, tuple[int, str]]:
    """Return count and digest of what the first version already had."""
    tables = {
        "comments": "id, site_id, external_id, received_at, document, document_hash, test, "
        "author_key, text_key, campaign_id, sketch, standing, label",
        "decisions": "comment_id, decision, score, reasons, evidence, signals, bundle, "
        "policy_version",
        "fingerprints": "value, campaign_id",
    }
    with store.snapshot() as connection:
        return {
            table: _digest(
                connection.execute(text(f"SELECT {columns} FROM {table} ORDER BY 1")).all()
            )
            for table, columns in tables.items()
        }


def _digest(rows: Any) -> tuple[int, str]:
    digest = hashlib.sha256()
    for row in rows:
        plain = [bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]
        digest.update(repr(plain).encode("utf-8", "surrogatepass"))
    return len(rows), digest.hexdigest()
