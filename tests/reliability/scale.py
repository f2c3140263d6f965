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
    changes: int
    feed_kills: int
    deliveries: int
    sender_kills: int
    receiver_outage_seconds: float


_LONG: Final = Scale(
    kills=200,
    acknowledged=100_000,
    outage_seconds=30.0,
    overload_seconds=60.0,
    stalled=2_000,
    copied_ids=1_000,
    copy_kills=10,
    nasty_rows=10_000,
    remembered=1_000_000,
    stored_rows=1_000_000,
    changes=100_000,
    feed_kills=100,
    deliveries=10_000,
    sender_kills=50,
    receiver_outage_seconds=600.0,
)
_SHORT: Final = Scale(
    kills=2,
    acknowledged=100,
    outage_seconds=2.0,
    overload_seconds=2.0,
    stalled=200,
    copied_ids=6,
    copy_kills=1,
    nasty_rows=300,
    remembered=3_000,
    stored_rows=1_000,
    changes=200,
    feed_kills=2,
    deliveries=200,
    sender_kills=3,
    receiver_outage_seconds=2.0,
)
SCALE: Final = _LONG if LONG else _SHORT
