"""The first hour of a promoted bundle: it goes back by itself when it does not what was foretold."""

from dataclasses import dataclass
from typing import Final

import structlog

from service.clock import now
from service.errors import Conflict
from service.loop.bundles import Bundles
from service.loop.promotion import Promotion
from service.store.bundles import newest_promotion
from service.store.live_shares import shares_since

WATCHED_SECONDS: Final = 3_600
ROLLED_BACK_BY: Final = "winnow"

log = structlog.get_logger("winnow.bundle")


@dataclass(frozen=True, slots=True)
class FirstHour:
    """Watches the newest promotion that knows what its replay foretold."""

    bundles: Bundles

    def look(self) -> Promotion | None:
        """Roll back if the shares held and rejected left their range; return the rollback.

        What an operator activates by hand is not watched: nothing was foretold. Raises
        `StoreUnavailable`, and a `BundleError` when the bundle before can't be read.
        """
        with self.bundles.store.reading() as connection:
            newest = newest_promotion(connection)
            if newest is None or newest.expected is None:
                return None
            if now() - newest.promoted_at > WATCHED_SECONDS * 1_000_000:
                return None
            seen = shares_since(connection, newest.version, newest.promoted_at)
        left = newest.expected.left_by(seen)
        if left is None:
            return None
        try:
            back = self.bundles.rollback(ROLLED_BACK_BY, f"within the first hour, {left}")
        except Conflict:
            return None  # another replica or a person was faster
        log.error("bundle_rolled_back", version=newest.version, why=left, now=back.version)
        return back
