"""How much each test does: a minute altogether by default, hours with WINNOW_TEST_RELIABILITY=long."""

import os
from dataclasses import dataclass
from typing import Final

LONG: Final = os.environ.get("WINNOW_TEST_RELIABILITY") == "long"


@dataclass(frozen=True, slots=True)
class Scale:
    """The counts of the tests."""

    kills: int
    acknowledged: int
    outage_seconds: float
    overload_seconds: float
    stalled: int
    copied_ids: int
    copy_kills: int
    nasty_rows: int
    remembered: int
    stored_rows: int


SCALE: Final = (
    Scale(200, 100_000, 30.0, 60.0, 2_000, 1_000, 10, 10_000, 1_000_000, 1_000_000)
    if LONG
    else Scale(2, 100, 2.0, 3.0, 200, 20, 1, 300, 3_000, 5_000)
)
