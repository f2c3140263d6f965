"""A promoted bundle goes back by itself within the hour when it does not what was foretold."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from service.clock import now
from service.deciding.arrival import arrive
from service.deciding.moderation import Moderator
from service.house import House
from service.loop.bundles import Switch
from service.loop.first_hour import ROLLED_BACK_BY, WATCHED_SECONDS
from service.loop.live_shares import LEAST_SEEN, LiveShares
from service.loop.promotion import PromotionKind
from service.schemas import CommentIn
from service.store.keys import all_sites
from service.store.tables import promotions
from tests.service.other_bundle import other_bundle
from tests.service.tiny_bundle import UNSURE

OTHER = other_bundle()
_SHARES = st.floats(0, 1)


@given(_SHARES, _SHARES, st.integers(LEAST_SEEN, 10_000))
def test_what_came_as_foretold_is_in_range_and_what_is_far_is_not(
    held: float, came: float, seen: int
) -> None:
    foretold = LiveShares(5_000, held, 0.0)
    assert foretold.left_by(LiveShares(seen, held, 0.0)) is None
    left = foretold.left_by(LiveShares(seen, came, 0.0))
    if abs(came - held) <= 0.05:
        assert left is None
    if abs(came - held) > 0.3:
        assert left is not None
        assert "were held" in left
    assert foretold.left_by(LiveShares(LEAST_SEEN - 1, came, 0.0)) is None


def _promote(house: House, expected: LiveShares | None) -> None:
    house.bundles.add(OTHER, "Ada", "retrain")
    house.bundles.activate(Switch(OTHER.version, "Ada", "tried", expected=expected))
    house.incumbent.look()


def _comments(house: House, count: int) -> None:
    with house.store.reading() as connection:
        site = all_sites(connection)[0].id
    moderator = Moderator(house.store, house.scorer, house.new_id)
    for number in range(count):
        sent = CommentIn(content=f"{UNSURE} {number}", external_id=str(number))
        body = sent.model_dump_json(exclude_none=True).encode()
        moderator.decide([arrive(site, sent.comment(), body, now())])


@pytest.fixture
def busy(house: House) -> Iterator[House]:
    """A house that never was told to roll back by its own thread."""
    yield house
    house.store.close()


def test_a_share_out_of_range_rolls_back_and_says_why(busy: House) -> None:
    first = busy.incumbent.version
    _promote(busy, LiveShares(2_000, 0.02, 0.01))
    _comments(busy, LEAST_SEEN)
    busy.loop_watch.look()
    newest = busy.bundles.registry().promotions[-1]
    assert (newest.version, newest.kind) == (first, PromotionKind.ROLLBACK)
    assert newest.who == ROLLED_BACK_BY
    assert "the replay foretold 1.0%" in newest.why
    busy.incumbent.look()
    assert busy.incumbent.version == first
    busy.loop_watch.look()
    assert busy.bundles.registry().promotions[-1] == newest


@pytest.mark.parametrize("why", ["as foretold", "nothing foretold", "too few", "an hour ago"])
def test_it_stays_otherwise(busy: House, why: str) -> None:
    far, near = LiveShares(2_000, 0.02, 0.01), LiveShares(2_000, 0.03, 0.97)
    expected = {"as foretold": near, "nothing foretold": None}.get(why, far)
    _promote(busy, expected)
    _comments(busy, LEAST_SEEN // 2 if why == "too few" else LEAST_SEEN)
    if why == "an hour ago":
        newest = busy.bundles.registry().promotions[-1]
        ago = replace(newest, promoted_at=newest.promoted_at - WATCHED_SECONDS * 1_000_000)
        with busy.store.writing() as connection:
            connection.execute(
                update(promotions)
                .where(promotions.c.number == ago.number)
                .values(promoted_at=ago.promoted_at)
            )
    busy.loop_watch.look()
    assert busy.bundles.registry().incumbent == OTHER.version
