"""Who decides batches: a process of its own, or a thread of this one."""

from collections.abc import Callable, Sequence
from typing import Protocol

from service.deciding.answer import Answer
from service.deciding.arrival import Arrival
from service.deciding.reply import Reply
from service.errors import Problem

Outcomes = list[Reply | Problem]
Decide = Callable[[Sequence[Arrival]], list[Answer | Problem]]


class Decider(Protocol):
    """Decides batches one after the other, beside the event loop."""

    @property
    def ahead(self) -> int:
        """How many batches may be on their way, so that it never has to wait for the next."""
        ...

    async def start(self) -> None:
        """Get ready to decide."""
        ...

    async def decide(self, arrivals: Sequence[Arrival]) -> Outcomes:
        """Return one outcome per arrival; raises a `Problem` that is the whole batch's."""
        ...

    async def close(self) -> None:
        """Stop; nothing is on its way any more."""
        ...
