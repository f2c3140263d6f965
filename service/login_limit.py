"""How often a person, or an address, may try to log in."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

# 5 a minute for one name from one address, 20 an hour for one address whatever the name.
BY_NAME: Final = (5, 60.0)
BY_ADDRESS: Final = (20, 3600.0)
MOST_REMEMBERED: Final = 10_000


class LoginLimit:
    """Counts attempts in this process, before the password is looked at."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._attempts: OrderedDict[tuple[str, ...], deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def attempt(self, name: str, address: str) -> int:
        """Count an attempt and return 0, or return the seconds to wait where it is one too many."""
        with self._lock:
            limits = _limits(name, address)
            wait = max(self._wait(key, most, seconds) for key, (most, seconds) in limits)
            if wait == 0:
                for key, (most, _) in limits:
                    self._attempts.setdefault(key, deque(maxlen=most)).append(self._clock())
                    self._attempts.move_to_end(key)
                while len(self._attempts) > MOST_REMEMBERED:
                    self._attempts.popitem(last=False)
        return wait

    def succeeded(self, name: str, address: str) -> None:
        """Forget the attempts under this name from this address: the person knew the password."""
        with self._lock:
            self._attempts.pop(_limits(name, address)[0][0], None)

    def _wait(self, key: tuple[str, ...], most: int, seconds: float) -> int:
        times = self._attempts.get(key)
        if times is None or len(times) < most:
            return 0
        left = times[0] + seconds - self._clock()
        return max(int(left) + 1, 1) if left > 0 else 0


def _limits(name: str, address: str) -> tuple[tuple[tuple[str, ...], tuple[int, float]], ...]:
    return ((name.casefold(), address), BY_NAME), ((address,), BY_ADDRESS)
