"""A candidate in the shadow decides what the incumbent decided; nobody is told, nothing waits."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from service.clock import now
from service.deciding.arrival import arrive
from service.deciding.moderation import Moderator
from service.errors import NotFound
from service.house import House
from service.loop.shadow import ShadowWork, begin_shadow
from service.schemas import CommentIn
from service.store.keys import all_sites
from service.store.shadow_tables import shadow_decisions
from service.store.shadows import end_shadows, newest_shadow, shadow_at, shadow_directions
from tests.service.other_bundle import other_bundle
from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM, UNSURE

# Rejects what the incumbent is unsure of.
STRICT = other_bundle(shift=6.0)
TEXTS = (CERTAIN_SPAM, UNSURE, CERTAIN_HAM)
LATER = 6_000_000


@pytest.fixture
def shadowed(house: House) -> Iterator[House]:
    """A house with a registered candidate."""
    house.bundles.add(STRICT, "Ada", "retrain")
    yield house
    house.store.close()


def _later() -> int:
    """Tell the time of some seconds ahead, when what is stored now has settled."""
    return now() + LATER


def _comments(house: House, first: int) -> list[str]:
    with house.store.reading() as connection:
        site = all_sites(connection)[0].id
    moderator = Moderator(house.store, house.scorer, house.new_id)
    found = []
    for number, text in enumerate(TEXTS):
        sent = CommentIn(content=text, external_id=f"{first + number}")
        body = sent.model_dump_json(exclude_none=True).encode()
        (answer,) = moderator.decide([arrive(site, sent.comment(), body, now())])
        found.append(answer.decided.id)  # type: ignore[union-attr]
    return found


def test_it_decides_what_came_since_and_changes_nothing(shadowed: House) -> None:
    before = _comments(shadowed, 0)
    begin_shadow(shadowed.bundles, STRICT.version, 7, "Ada")
    ids = _comments(shadowed, 10)
    work = ShadowWork(shadowed.bundles, clock=_later)
    assert work.step() == len(ids)
    assert work.step() == 0
    with shadowed.store.reading() as connection:
        rows = connection.execute(select(shadow_decisions)).all()
        found = shadow_directions(connection, STRICT.version)
    assert {row.comment_id for row in rows} == set(ids)
    assert not {row.comment_id for row in rows} & set(before)
    assert ("hold", "reject", 1) in found
    assert sum(count for _, _, count in found) == len(ids)
    assert shadowed.bundles.registry().incumbent != STRICT.version


def test_nobody_is_in_the_shadow_at_first_or_after_its_end(shadowed: House) -> None:
    work = ShadowWork(shadowed.bundles, clock=_later)
    _comments(shadowed, 0)
    assert work.step() == 0
    begin_shadow(shadowed.bundles, STRICT.version, 7, "Ada")
    with shadowed.store.writing() as connection:
        end_shadows(connection, now())
    _comments(shadowed, 10)
    assert work.step() == 0
    with shadowed.store.reading() as connection:
        assert shadow_at(connection, now()) is None
        assert newest_shadow(connection) is not None


def test_what_is_not_registered_cannot_be_in_it(shadowed: House) -> None:
    with pytest.raises(NotFound):
        begin_shadow(shadowed.bundles, "2026-01-01-000000000000", 7, "Ada")
