"""What people answer, stored in one transaction: each answer once, each conflict told, all undoable."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from models.comment import Label
from service.clock import now
from service.reviewing.review import (
    LABEL,
    SAID,
    STANDING,
    Answered,
    Change,
    Missing,
    Review,
    Stale,
    Standing,
)
from service.store.changes import lock_changes
from service.store.engine import Store
from service.store.labels import NewLabel, add_labels
from service.store.queue import rejoin_queue
from service.store.reviews import (
    add_reviews,
    newest_changes,
    newest_reviews,
    retracted,
    reviews_by_id,
    standings,
)
from service.store.standings import NewStanding, set_standings

Result = Review | Stale | Missing


@dataclass(frozen=True, slots=True)
class Person:
    """Who answers, on which site, and through what: `desk` or `api`."""

    site_id: str
    who: str
    source: str


class Reviewing:
    """Stores answers and takes them back."""

    def __init__(self, store: Store, new_id: Callable[[], str]) -> None:
        self._store = store
        self._new_id = new_id

    def answer(self, person: Person, answers: Sequence[Answered]) -> list[Result]:
        """Return one result per answer, in order, once all are on disk.

        An answer to an old state changes nothing: it comes back `Stale`, with how the comment
        stands and who made it so. Of two answers to one comment the second is stale.
        """
        with self._store.writing() as connection:
            lock_changes(connection, person.site_id)
            known = standings(connection, person.site_id, [one.comment_id for one in answers])
            planned: list[Review | Missing | str] = []
            for one in answers:
                before = known.get(one.comment_id)
                if before is None:
                    planned.append(Missing(one.comment_id))
                elif before.state != one.state:
                    planned.append(one.comment_id)
                else:
                    review = self._review(person, one, before)
                    known[one.comment_id] = _after(review)
                    planned.append(review)
            return self._stored(connection, person, planned, known)

    def undo(self, person: Person, review_ids: Sequence[str]) -> list[Result]:
        """Take answers back: each comment stands as before, unlabelled too, and waits again.

        Only the newest change of a comment can be taken back; else the result is `Stale`.
        """
        with self._store.writing() as connection:
            lock_changes(connection, person.site_id)
            reviews = reviews_by_id(connection, person.site_id, review_ids)
            known = standings(
                connection, person.site_id, [one.comment_id for one in reviews.values()]
            )
            done = retracted(connection, review_ids)
            planned: list[Review | Missing | str] = []
            for review_id in review_ids:
                review = reviews.get(review_id)
                if review is None or review.outcome is None:
                    planned.append(Missing(review_id))
                elif review_id in done or known[review.comment_id].state != review.state:
                    planned.append(review.comment_id)
                else:
                    back = self._retraction(person, review)
                    known[review.comment_id] = _after(back, review.label_before)
                    planned.append(back)
            results = self._stored(connection, person, planned, known)
            waited = [one.comment_id for one in reviews.values() if one.was_waiting]
            undone = {one.comment_id for one in results if isinstance(one, Review)}
            rejoin_queue(connection, [one for one in waited if one in undone])
            return results

    def _review(self, person: Person, answered: Answered, before: Standing) -> Review:
        return Review(
            id=self._new_id(),
            site_id=person.site_id,
            comment_id=answered.comment_id,
            outcome=answered.outcome,
            retracts=None,
            who=person.who,
            source=person.source,
            reviewed_at=now(),
            state=before.state + 1,
            standing=STANDING[answered.outcome],
            standing_before=before.standing,
            label_before=before.label,
            was_waiting=False,
        )

    def _retraction(self, person: Person, review: Review) -> Review:
        return Review(
            id=self._new_id(),
            site_id=review.site_id,
            comment_id=review.comment_id,
            outcome=None,
            retracts=review.id,
            who=person.who,
            source=person.source,
            reviewed_at=now(),
            state=review.state + 1,
            standing=review.standing_before,
            standing_before=review.standing,
            label_before=LABEL[review.outcome] if review.outcome else None,
            was_waiting=False,
        )

    def _stored(
        self,
        connection: Connection,
        person: Person,
        planned: Sequence[Review | Missing | str],
        known: Mapping[str, Standing],
    ) -> list[Result]:
        """Store the planned reviews; what is left as a comment's id is stale."""
        reviews = [one for one in planned if isinstance(one, Review)]
        left = set_standings(
            connection,
            [
                NewStanding(one.comment_id, one.standing, known[one.comment_id].label)
                for one in reviews
            ],
            locked=person.site_id,
        )
        stored = {one.id: replace(one, was_waiting=one.comment_id in left) for one in reviews}
        add_reviews(connection, list(stored.values()))
        labels = [self._label(one, known[one.comment_id].label) for one in stored.values()]
        add_labels(connection, [one for one in labels if one is not None])
        stale = [one for one in planned if isinstance(one, str)]
        changes = newest_changes(connection, stale)
        said = newest_reviews(connection, stale)
        return [
            stored[one.id]
            if isinstance(one, Review)
            else one
            if isinstance(one, Missing)
            else _stale(one, known[one], changes.get(one), said.get(one))
            for one in planned
        ]

    def _label(self, review: Review, label: Label | None) -> NewLabel | None:
        """Return the label that a review leads to, or a retraction where one was and none is."""
        if label is None and review.label_before is None:
            return None
        if review.retracts is not None and label == review.label_before:
            return None
        return NewLabel(
            self._new_id(),
            review.comment_id,
            label,
            review.who,
            f"{review.source} undo" if review.retracts else review.source,
            review.reviewed_at,
        )


def _after(review: Review, label: Label | None = None) -> Standing:
    if review.outcome is not None:
        label = LABEL[review.outcome]
    return Standing(review.standing, label, review.state)


def _stale(
    comment_id: str, standing: Standing, change: Change | None, review: Review | None
) -> Stale:
    said = SAID[review.outcome] if review and review.state == standing.state else "changed it"
    who = change.who if change else "someone"
    return Stale(
        comment_id,
        standing,
        change,
        f"{who} {said} after you saw it; it now stands as {standing.standing.value!r}",
    )
