"""Looking for a text in comments: some at a time, in the order in which they are shown."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, select

from service.store.among import among
from service.store.tables import comments

# A search shows what it found after so many comments, or so long: asked for all of 100,000 at once,
# PostgreSQL on a busy machine took longer than an answer may.
SEARCHED: Final = 20_000
SECONDS: Final = 0.1
STRETCH: Final = 1_000


@dataclass(slots=True)
class Search:
    """How far one search went; `most` is where it ends."""

    most: int = SEARCHED
    looked: int = 0
    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)

    @property
    def size(self) -> int:
        """How many places to look at next."""
        return min(STRETCH, self.most)

    @property
    def goes_on(self) -> bool:
        """Whether there is time for one more stretch; the first always has it."""
        return self.looked < self.most and (not self.looked or time.monotonic() < self.until)


def saying(connection: Connection, comment_ids: Sequence[str], text: str) -> frozenset[str]:
    """Return those of the comments that hold this text in any field, whatever its case."""
    # The ids alone beside the text: joined to another table, PostgreSQL looks through all comments.
    found = connection.execute(
        select(comments.c.id).where(
            among(comments.c.id, "ids"),
            comments.c.document.icontains(_written(text), autoescape=True),
        ),
        {"ids": comment_ids},
    )
    return frozenset(found.scalars())


def _written(text: str) -> str:
    """Return a text as it stands within a document."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
