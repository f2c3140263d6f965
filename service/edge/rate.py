"""How often one key may ask: a token bucket for each, kept as one number (GCRA)."""

import time
from collections.abc import Callable
from typing import Final

from service.errors import TooManyRequests

# Buckets that are full again are forgotten when there are more than this.
REMEMBERED: Final = 10_000


class RateLimit:
    """Lets each key have `burst` requests at once and `rate` a second for long.

    Of a bucket only the moment is kept at which it will be full again (the generic cell rate
    algorithm, ITU-T I.371). Each replica has its own buckets: a limit keeps one site from starving the
    others on the machine that it burdens, and asking the database would cost more than it protects.
    """

    def __init__(
        self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval = 1 / rate
        self._depth = burst / rate
        self._clock = clock
        self._full_at: dict[str, float] = {}

    def take(self, key_id: str, count: int = 1) -> None:
        """Take one token, or `count`, or raise `TooManyRequests` that says when to come again."""
        now = self._clock()
        full_at = max(self._full_at.get(key_id, now), now) + count * self._interval
        wait = full_at - now - self._depth
        # A batch larger than the bucket passes when the bucket is full, and is paid for afterwards.
        if wait > 0 and full_at - count * self._interval > now:
            seconds = max(1, round(wait + 0.5))
            raise TooManyRequests(
                f"this key is over its rate; ask again in {seconds} s",
                headers={"Retry-After": str(seconds)},
            )
        self._full_at[key_id] = full_at
        if len(self._full_at) > REMEMBERED:
            self._full_at = {key: at for key, at in self._full_at.items() if at > now}
