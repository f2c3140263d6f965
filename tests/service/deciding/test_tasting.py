"""What a site's own labels may change before they certify anything, and after."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.bundle import Bundle, seal
from models.comment import Comment
from models.features import featurise
from models.scorer import Scorer
from models.taste import strongest, taste_arrays
from models.thresholds import NO_EVIDENCE, CertifiedLimit, Thresholds, ThresholdTable
from service.clock import now
from service.deciding.answer import Answer
from service.deciding.arrival import arrive
from service.deciding.decision import DecidedComment, Decision, Signal
from service.deciding.moderation import Moderator
from service.deciding.policy import Policy, decide
from service.deciding.tasting import Scores, chosen, warnings
from service.house import House
from service.loop.bundles import Switch
from service.loop.replay import replay
from service.loop.rescoring import rescored
from service.schemas import CommentIn
from service.settings import Settings
from service.store.keys import all_sites
from tests.service.conftest import open_house
from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM, UNSURE, tiny_bundle

_THRESHOLDS = Thresholds(approve_below=0.2, reject_from=0.9)
_POLICY = Policy()
_SHARES = st.floats(0, 1)


@given(_SHARES, _SHARES)
def test_an_uncertified_taste_turns_decisions_into_holds_and_nothing_else(
    score: float, own: float
) -> None:
    plain = decide(score, (), _POLICY, _THRESHOLDS).decision
    raised = warnings(Scores(score, own), _THRESHOLDS, (), _POLICY)
    found = decide(score, raised, _POLICY, _THRESHOLDS).decision
    alone = decide(own, (), _POLICY, _THRESHOLDS).decision
    assert found is (plain if plain in {alone, Decision.HOLD} else Decision.HOLD)


def test_an_author_who_is_approved_anyhow_is_not_held_for_it() -> None:
    vouched = (Signal("vouched_author", "…"),)
    assert warnings(Scores(0.1, 0.5), _THRESHOLDS, vouched, _POLICY) == ()
    assert warnings(Scores(0.1, 0.5), _THRESHOLDS, (), _POLICY)


def test_a_certified_taste_decides_alone() -> None:
    assert chosen(0.1, 0.95, certified=True) == Scores(0.95)
    assert chosen(0.1, 0.95, certified=False) == Scores(0.1, 0.95)
    assert chosen(0.1, None, certified=True) == Scores(0.1)


def _tasting(site: str, text: str, shift: float, *, certified: bool) -> Bundle:
    """Return the tiny bundle with a taste of one site for one text."""
    tiny = tiny_bundle()
    places = np.unique(featurise([Comment(text)]).indices).astype(np.int64)
    taste = strongest(places, np.full(len(places), shift, np.float32))
    table = NO_EVIDENCE
    if certified:
        table = ThresholdTable(
            (CertifiedLimit(0.002, 0.8, 3000, 0, 0.001),),
            (CertifiedLimit(0.02, 0.2, 500, 0, 0.006),),
            0.95,
        )
    told = {site: {"spam": 10, "ham": 10, "thresholds": table.to_json()}}
    manifest = replace(
        tiny.manifest,
        created_at="2026-02-02T00:00:00Z",
        metrics={**tiny.manifest.metrics, "tastes": told},
    )
    return seal(manifest, {**tiny.arrays, **taste_arrays({site: taste})})


@pytest.fixture
def house(sqlite_settings: Settings) -> Iterator[House]:
    opened = open_house(sqlite_settings)
    yield opened
    opened.store.close()


def _decide(house: House, text: str, external_id: str) -> DecidedComment:
    with house.store.reading() as connection:
        site = all_sites(connection)[0].id
    sent = CommentIn(content=text, external_id=external_id)
    body = sent.model_dump_json(exclude_none=True).encode()
    moderator = Moderator(house.store, house.scorer, house.new_id)
    (answer,) = moderator.decide([arrive(site, sent.comment(), body, now())])
    assert isinstance(answer, Answer)
    return answer.decided


def _promote(house: House, bundle: Bundle) -> None:
    house.bundles.add(bundle, "Ada", "added")
    house.bundles.activate(Switch(bundle.version, "Ada", "tried"))
    house.incumbent.look()


def _site(house: House) -> str:
    with house.store.reading() as connection:
        return all_sites(connection)[0].name


@pytest.mark.parametrize(
    ("text", "shift", "code"),
    [(CERTAIN_HAM, 0.5, "own_labels_spam"), (CERTAIN_SPAM, -0.5, "own_labels_ham")],
)
def test_a_site_with_a_taste_holds_what_its_labels_speak_against(
    house: House, text: str, shift: float, code: str
) -> None:
    before = _decide(house, text, "1")
    _promote(house, _tasting(_site(house), text, shift, certified=False))
    after = _decide(house, text, "2")
    assert before.decision is not Decision.HOLD
    assert after.decision is Decision.HOLD
    assert code in {reason.code for reason in after.reasons}
    assert after.score == pytest.approx(before.score, abs=1e-9)
    again = replay(rescored(house.store, [house.scorer], 0, 100), 10)
    assert [one.id for one in again.examples] == [before.id]
    back = replay(rescored(house.store, [Scorer(tiny_bundle())], 0, 100), 10)
    assert [one.id for one in back.examples] == [after.id]


def test_a_certified_taste_decides_scores_and_explains(house: House) -> None:
    _promote(house, _tasting(_site(house), UNSURE, 0.8, certified=True))
    decided = _decide(house, UNSURE, "1")
    (site,) = house.scorer.tastes
    own = house.scorer.judge_at([Comment(UNSURE)], [site])[1][site]
    assert decided.decision is Decision.REJECT
    assert decided.score == pytest.approx(float(own.scores[0]), abs=1e-9)
    (explained,) = own.explain([0])
    assert [one.weight for one in decided.evidence] == [
        pytest.approx(span.weight) for span in explained.evidence
    ]


def test_a_taste_of_a_site_that_is_not_here_changes_nothing(house: House) -> None:
    _promote(house, _tasting("elsewhere", CERTAIN_HAM, 0.5, certified=False))
    assert _decide(house, CERTAIN_HAM, "1").decision is Decision.APPROVE
    assert house.scorer.tastes == {}
