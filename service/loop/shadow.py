"""Shadow mode: a candidate decides stored comments after the incumbent did, and nobody is told.

It reads what is stored already, so that no answer waits for it, and costs nothing while it is off.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from models.scorer import Scorer
from service.clock import now
from service.identifiers import encode
from service.loop.bundles import Bundles
from service.loop.rescoring import decide_anew, past_of
from service.loop.scorers import scorer_of
from service.store.policies import policies_of
from service.store.shadows import (
    Shadow,
    ShadowDecision,
    add_shadow_decisions,
    shadow_at,
    start_shadow,
    undecided,
)

DAY: Final = 86_400_000_000
AT_ONCE: Final = 64
# Ids ascend within a replica only: what was decided so long ago is committed everywhere.
_SETTLED: Final = 5_000_000


def begin_shadow(bundles: Bundles, version: str, days: int, who: str) -> Shadow:
    """Let a registered bundle decide beside the incumbent for some days, from now on.

    Raises `NotFound` and `Conflict` as `Bundles.check_whole` does.
    """
    bundles.check_whole(version)
    at = now()
    shadow = Shadow(version, who, at, at + days * DAY, encode(at // 1_000 << 80))
    with bundles.store.writing() as connection:
        start_shadow(connection, shadow)
    return shadow


@dataclass(slots=True)
class ShadowWork:
    """Decides for the candidate in the shadow; keeps its scorer as long as it is there."""

    bundles: Bundles
    clock: Callable[[], int] = now
    _scorer: Scorer | None = field(default=None, init=False)

    def step(self) -> int:
        """Decide the next comments and return how many; none where nobody is in the shadow.

        Raises a `BundleError` when the candidate can't be read, `StoreUnavailable`.
        """
        with self.bundles.store.reading() as connection:
            shadow = shadow_at(connection, self.clock())
            before = self.clock() - _SETTLED
            past = undecided(connection, shadow, before, AT_ONCE) if shadow else []
            policies = policies_of(connection, {one.site_id for one in past})
        if shadow is None:
            self._scorer = None
            return 0
        if not past:
            return 0
        if self._scorer is None or self._scorer.bundle.version != shadow.version:
            self._scorer = scorer_of(self.bundles.store, self.bundles.load(shadow.version))
        anew = decide_anew([past_of(one) for one in past], self._scorer, policies)
        decided = [
            ShadowDecision(
                one.id, found.ruling.decision, found.score if math.isfinite(found.score) else None
            )
            for one, found in zip(past, anew, strict=True)
        ]
        with self.bundles.store.writing() as connection:
            add_shadow_decisions(connection, shadow, decided)
        return len(decided)
