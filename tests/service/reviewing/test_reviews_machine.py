"""Two reviewers, an API label and undos on the same few comments: nothing is lost or overwritten."""

import atexit
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from service.clock import now
from service.edge.auth import Key, Scope, fingerprint, new_secret
from service.house import House
from service.store.desk_tables import queue_campaigns, queue_comments, reviews
from service.store.keys import Site, add_key, add_site
from service.store.tables import comments, labels
from tests.service.api_client import ApiClient
from tests.service.desk_comments import campaign, single
from tests.service.desk_house import desk_house, send

STANDING = {"approve": "approve", "reject_spam": "reject", "reject_other": "reject"}
NAMES = st.sampled_from(["Ada", "Ben"])
LABEL = {"approve": "ham", "reject_spam": "spam", "reject_other": None}


@dataclass
class Known:
    """What the model holds of one comment."""

    standing: str = "hold"
    label: str | None = None
    state: int = 0
    waiting: bool = True
    label_rows: int = 0
    changed_by: str | None = None
    reviews: list[tuple[str, "Known"]] = field(default_factory=list)
    """Reviews that can be undone, newest last, each with how it stood before."""


@dataclass
class Person:
    """A reviewer who works through the API."""

    api: ApiClient
    who: str


@cache
def shared_house() -> House:
    """One service for all examples; each has a site of its own."""
    folder = tempfile.TemporaryDirectory()
    house = desk_house(Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(house.store.close)
    return house


class TwoReviewers(RuleBasedStateMachine):
    """Drives the API and a plain model side by side."""

    seen = Bundle("seen")

    @initialize()
    def start(self) -> None:
        self.house = shared_house()
        site = Site(self.house.new_id(), self.house.new_id(), now())
        self.people: dict[str, Person] = {}
        with self.house.store.writing() as connection:
            add_site(connection, site)
            for name in ("Ada", "Ben"):
                secret = new_secret()
                key = Key(self.house.new_id(), site.id, frozenset({Scope.CHECK, Scope.LABEL}))
                add_key(connection, key, fingerprint(secret), now())
                self.people[name] = Person(ApiClient(self.house, secret), f"key {key.id}")
        texts = [single(number) for number in range(2)] + [campaign(n) for n in range(3)]
        self.ids = send(self.house, texts, site_id=site.id, at=now())
        self.known = {comment_id: Known() for comment_id in self.ids}

    @rule(target=seen, place=st.integers(0, 4), name=NAMES)
    def look(self, place: int, name: str) -> tuple[str, int]:
        comment_id = self.ids[place]
        found = self.people[name].api.get(f"/v1/comments/{comment_id}").json()
        known = self.known[comment_id]
        assert (found["standing"], found["label"], found["state"]) == (
            known.standing,
            known.label,
            known.state,
        )
        return comment_id, found["state"]

    @rule(
        saw=st.lists(seen, min_size=1, max_size=3),
        outcome=st.sampled_from(list(STANDING)),
        name=NAMES,
    )
    def answer(self, saw: list[tuple[str, int]], outcome: str, name: str) -> None:
        sent = [
            {"comment_id": comment_id, "state": state, "outcome": outcome}
            for comment_id, state in saw
        ]
        person = self.people[name]
        answered = person.api.post("/v1/reviews", {"reviews": sent})
        assert answered.status_code == 200
        stale: list[tuple[Known, dict[str, Any]]] = []
        for (comment_id, state), item in zip(saw, answered.json()["items"], strict=True):
            known = self.known[comment_id]
            if state != known.state:
                assert item["status"] == 409
                stale.append((known, item["current"]))
                continue
            assert item["status"] == 201
            self._reviewed(known, item["review"], outcome)
            known.changed_by = person.who
        # Told is what stands once the whole request is stored.
        for known, current in stale:
            assert current["state"] == known.state
            assert current["standing"] == known.standing
            assert current["changed_by"] == known.changed_by

    def _reviewed(self, known: Known, review: dict[str, Any], outcome: str) -> None:
        before = Known(known.standing, known.label, known.state, known.waiting)
        known.label_rows += not (LABEL[outcome] is None and known.label is None)
        known.standing, known.label = STANDING[outcome], LABEL[outcome]
        known.state += 1
        known.waiting = False
        known.reviews.append((review["id"], before))
        assert review["state"] == known.state

    @rule(place=st.integers(0, 4), back=st.integers(1, 2), name=NAMES)
    def undo(self, place: int, back: int, name: str) -> None:
        known = self.known[self.ids[place]]
        if len(known.reviews) < back:
            return
        review_id, before = known.reviews[-back]
        answered = self.people[name].api.post(f"/v1/reviews/{review_id}/undo", None)
        if known.state != before.state + 1:
            assert answered.status_code == 409
            return
        assert answered.status_code == 201
        known.label_rows += known.label != before.label
        known.standing, known.label, known.waiting = before.standing, before.label, before.waiting
        known.changed_by = self.people[name].who
        known.state += 1

    @rule(place=st.integers(0, 4), label=st.sampled_from(["spam", "ham"]), name=NAMES)
    def label_elsewhere(self, place: int, label: str, name: str) -> None:
        known = self.known[self.ids[place]]
        answered = self.people[name].api.post(
            f"/v1/comments/{self.ids[place]}/label", {"label": label}
        )
        assert answered.status_code == 201
        known.standing = {"spam": "reject", "ham": "approve"}[label]
        known.label, known.waiting, known.changed_by = label, False, self.people[name].who
        known.state += 1
        known.label_rows += 1

    @invariant()
    def store_agrees(self) -> None:
        with self.house.store.reading() as connection:
            for comment_id, known in self.known.items():
                row = connection.execute(
                    select(comments.c.standing, comments.c.label, comments.c.state).where(
                        comments.c.id == comment_id
                    )
                ).one()
                assert tuple(row) == (known.standing, known.label, known.state)
                said = connection.execute(
                    select(labels.c.label)
                    .where(labels.c.comment_id == comment_id)
                    .order_by(labels.c.id)
                ).scalars()
                written = list(said)
                assert len(written) == known.label_rows
                assert (written[-1] if written else None) == known.label
                kept = connection.execute(
                    select(reviews.c.state).where(reviews.c.comment_id == comment_id)
                ).scalars()
                states = list(kept)
                assert len(states) == len(set(states)) <= known.state
            waiting = connection.execute(
                select(queue_comments.c.comment_id).where(
                    queue_comments.c.waiting, queue_comments.c.comment_id.in_(self.ids)
                )
            ).scalars()
            assert set(waiting) == {one for one, known in self.known.items() if known.waiting}
            counted = connection.execute(
                select(queue_campaigns.c.waiting).where(queue_campaigns.c.id.in_(self.ids))
            ).scalars()
            assert sum(counted) == sum(known.waiting for known in self.known.values())


def test_two_reviewers_never_overwrite_each_other() -> None:
    run_state_machine_as_test(
        TwoReviewers,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            database=None,
            # Shrinking runs the service hundreds of times; the failing steps are printed as they are.
            phases=(Phase.generate,),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
