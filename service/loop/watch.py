"""The thread that watches a promotion's first hour and lets a candidate decide in the shadow."""

import threading
from typing import Final

import structlog

from models.bundle import BundleError
from service.errors import Problem
from service.loop.first_hour import FirstHour
from service.loop.incumbent import Incumbent
from service.loop.shadow import AT_ONCE, ShadowWork

LOOK_SECONDS: Final = 5.0
# Batches of the shadow in a row, then a rest: live comments come first.
MOST_STEPS: Final = 20

log = structlog.get_logger("winnow.loop")


class LoopWatch:
    """Looks every few seconds, on each replica; what one did already the others leave alone."""

    def __init__(self, first_hour: FirstHour, shadow: ShadowWork, incumbent: Incumbent) -> None:
        self._first_hour = first_hour
        self._shadow = shadow
        self._incumbent = incumbent
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="loop", daemon=True)

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Roll back what left its range, then let the candidate in the shadow catch up.

        A store that is away, or a bundle that can't be read, is logged; the next look tries again.
        """
        try:
            if self._first_hour.look() is not None:
                self._incumbent.nudge()
            for _ in range(MOST_STEPS):
                if self._closing.is_set() or self._shadow.step() < AT_ONCE:
                    return
        except Problem as fault:
            log.warning("loop_waits", cause=fault.detail)
        except BundleError as fault:
            log.warning("loop_waits", cause=str(fault))

    def _watch(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            self.look()
