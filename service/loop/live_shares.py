"""What shares of live comments a bundle holds and rejects: as a replay foretold it, and as it came."""

import json
import math
from dataclasses import asdict, dataclass
from typing import Final

LEAST_SEEN: Final = 100
"""Comments below which a share says nothing."""

# What a share may differ by before anyone is worried, chance set aside: days and campaigns differ.
ROOM: Final = 0.05
# Standard errors beyond that room. The share is looked at hundreds of times within the hour, and
# a rollback without reason is a promotion lost.
ERRORS: Final = 4.0


@dataclass(frozen=True, slots=True)
class LiveShares:
    """What shares of so many comments were, or would be, held and rejected."""

    comments: int
    held: float
    rejected: float

    def to_json(self) -> str:
        """Return what a promotion keeps."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "LiveShares":
        """Read what `to_json` wrote."""
        return cls(**json.loads(text))

    def range_of(self, share: float, seen: int) -> tuple[float, float]:
        """Return between which shares so many comments lie if this foretold them rightly."""
        spread = math.sqrt(share * (1 - share) * (1 / seen + 1 / self.comments))
        room = ROOM + ERRORS * spread
        return max(share - room, 0.0), min(share + room, 1.0)

    def left_by(self, seen: "LiveShares") -> str | None:
        """Say in a sentence which share left its range; None for neither, or for too few comments."""
        if min(self.comments, seen.comments) < LEAST_SEEN:
            return None
        for name, foretold, came in (
            ("held", self.held, seen.held),
            ("rejected", self.rejected, seen.rejected),
        ):
            low, high = self.range_of(foretold, seen.comments)
            if not low <= came <= high:
                return (
                    f"{came:.1%} of {seen.comments:,} comments were {name}; the replay foretold "
                    f"{foretold:.1%}, which makes {low:.1%} to {high:.1%}"
                )
        return None
