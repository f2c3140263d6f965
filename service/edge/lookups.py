"""Answers of the store to one question, remembered for a second."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from service.errors import Overloaded, StoreUnavailable

# A revoked key must be dead within a second on every replica.
REMEMBERED_SECONDS: Final = 1.0
REMEMBERED: Final = 10_000
AT_ONCE: Final = 256
THREADS: Final = 2
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class _Remembered(Generic[Found]):
    found: Found | None
    until: float


class Lookups(Generic[Found]):
    """Looks something up in threads of its own; many who ask for the same wait for one look-up."""

    def __init__(self, look_up: Callable[[str], Found | None], seconds: float) -> None:
        self._look_up = look_up
        self._seconds = seconds
        self._remembered: OrderedDict[str, _Remembered[Found]] = OrderedDict()
        self._looking: dict[str, asyncio.Future[Found | None]] = {}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="lookup")

    async def find(self, wanted: str) -> Found | None:
        """Return what there is, or None; raises `StoreUnavailable` after `seconds`."""
        known = self._remembered.get(wanted)
        if known is not None and known.until > time.monotonic():
            return known.found
        looking = self._looking.get(wanted)
        if looking is None:
            if len(self._looking) >= AT_ONCE:
                raise Overloaded("too many unknown keys at once; ask again in a second")
            looking = asyncio.ensure_future(self._remember(wanted))
            self._looking[wanted] = looking
            looking.add_done_callback(lambda _: self._looking.pop(wanted, None))
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.shield(looking)
        except TimeoutError:
            raise StoreUnavailable("the database does not answer; ask again") from None

    def was_found(self, wanted: str) -> bool:
        """Tell whether it was there when it was asked for last."""
        known = self._remembered.get(wanted)
        return known is not None and known.found is not None

    def forget(self) -> None:
        """Look everything up again: something was added, changed or revoked."""
        self._remembered.clear()

    async def _remember(self, wanted: str) -> Found | None:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, self._look_up, wanted)
        self._remembered[wanted] = _Remembered(found, time.monotonic() + REMEMBERED_SECONDS)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return found
