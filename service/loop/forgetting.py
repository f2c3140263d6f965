"""Unlearning: labels taken from all later training, by comment, author or reviewer."""

from collections.abc import Callable
from dataclasses import dataclass

from service.clock import now
from service.store.engine import Store
from service.store.forgetting import forgettable
from service.store.labels import NewLabel, add_label
from service.store.standings import NewStanding, set_standings

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Whose labels go: exactly one of these is given."""

    comment_id: str | None = None
    author: str | None = None
    """The e-mail or the site's own id of an author."""
    reviewer: str | None = None


def forget(store: Store, what: Forgotten, who: str, new_id: Callable[[], str]) -> int:
    """Append a retraction to every label meant, and return how many there were.

    How a comment stands does not change: it stays off the page, or on it. What was learnt from it
    leaves the classifier with the next retrain, whose manifest counts what was forgotten.
    """
    count = 0
    while True:
        with store.writing() as connection:
            found = forgettable(connection, what.comment_id, what.author, what.reviewer, AT_ONCE)
            for one in found:
                add_label(connection, NewLabel(new_id(), one.id, None, who, "forget", now()))
            set_standings(connection, [NewStanding(one.id, one.standing, None) for one in found])
        count += len(found)
        if len(found) < AT_ONCE:
            return count
