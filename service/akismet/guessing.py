"""A limit on guessing: a client that keeps sending wrong keys is not looked up for a while."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

# 48 bits of key: at 30 a minute from each of a thousand addresses, one key of a thousand sites is
# met after some 18 years.
WRONG_KEYS: Final = 30
SECONDS: Final = 60.0
REMEMBERED_CLIENTS: Final = 10_000


class GuessLimit:
    """Counts wrong keys per client within a minute, by the monotonic clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Return how many seconds this client has to wait before another key is looked up."""
        since, count = self._wrong.get(client, (0.0, 0))
        left = since + SECONDS - self._clock()
        return left if count >= WRONG_KEYS and left > 0 else 0.0

    def wrong(self, client: str) -> None:
        """Count a wrong key."""
        now = self._clock()
        since, count = self._wrong.pop(client, (now, 0))
        self._wrong[client] = (since, count + 1) if now < since + SECONDS else (now, 1)
        if len(self._wrong) > REMEMBERED_CLIENTS:
            self._wrong.popitem(last=False)
