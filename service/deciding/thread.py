"""The thread that decides, where a second process would cost more memory than there is."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from service.deciding.arrival import Arrival
from service.deciding.decider import Decide, Outcomes
from service.deciding.reply import replied


class DecidingThread:
    """One worker thread; it and the event loop take turns at the interpreter."""

    ahead = 1

    def __init__(self, decide: Decide) -> None:
        self._decide = decide
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="decide")

    async def start(self) -> None:
        """Nothing to do: a thread starts with its first batch."""

    async def decide(self, arrivals: Sequence[Arrival]) -> Outcomes:
        """Return one outcome per arrival, in order."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._replied, arrivals)

    async def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    def _replied(self, arrivals: Sequence[Arrival]) -> Outcomes:
        return [replied(one) for one in self._decide(arrivals)]
