import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.thresholds import Thresholds
from service.deciding.decision import Decision, Effect, Signal
from service.deciding.policy import DEFAULT_EFFECTS, Policy, decide

THRESHOLDS = Thresholds(approve_below=0.2, reject_from=0.9)
SEVERITY = {Decision.APPROVE: 0, Decision.HOLD: 1, Decision.REJECT: 2}
SIGNALS = tuple(Signal(name, "detail") for name in DEFAULT_EFFECTS)

scores = st.floats(0, 1)
signal_sets = st.lists(st.sampled_from(SIGNALS), unique=True, max_size=6)
effect_maps = st.dictionaries(st.sampled_from(sorted(DEFAULT_EFFECTS)), st.sampled_from(Effect))


def _decide(score: float | None, *names: str) -> Decision:
    return decide(score, [Signal(name, "") for name in names], Policy(), THRESHOLDS).decision


@pytest.mark.parametrize(
    ("score", "decision"),
    [
        (0.0, Decision.APPROVE),
        (0.1999, Decision.APPROVE),
        (0.2, Decision.HOLD),
        (0.8999, Decision.HOLD),
        (0.9, Decision.REJECT),
        (1.0, Decision.REJECT),
    ],
)
def test_the_thresholds_decide_where_no_signal_speaks(score: float, decision: Decision) -> None:
    assert _decide(score) is decision


@pytest.mark.parametrize("score", [None, float("nan"), float("inf"), -0.1, 1.1])
def test_without_a_usable_score_the_comment_is_held(score: float | None) -> None:
    ruling = decide(score, [], Policy(), THRESHOLDS)
    assert ruling.decision is Decision.HOLD
    assert ruling.reasons[-1].code == "model_unavailable"
    assert _decide(score, "honeypot_filled") is Decision.HOLD
    assert _decide(score, "trusted_role") is Decision.APPROVE
    assert _decide(score, "blocked_word") is Decision.REJECT


@given(scores, scores, signal_sets, effect_maps)
def test_a_higher_score_never_gives_a_milder_decision(
    one: float, other: float, signals: list[Signal], effects: dict[str, Effect]
) -> None:
    policy = Policy(effects=effects)
    low, high = sorted((one, other))
    mild = decide(low, signals, policy, THRESHOLDS).decision
    strict = decide(high, signals, policy, THRESHOLDS).decision
    assert SEVERITY[mild] <= SEVERITY[strict]


@given(scores, signal_sets)
def test_a_forced_rejection_is_never_overruled_by_a_milder_signal(
    score: float, signals: list[Signal]
) -> None:
    forced = [*signals, Signal("blocked_host", "")]
    expected = (
        Decision.APPROVE if any(s.name == "trusted_role" for s in forced) else Decision.REJECT
    )
    assert decide(score, forced, Policy(), THRESHOLDS).decision is expected


@given(scores, signal_sets)
def test_a_long_comment_is_held_unless_a_rule_forces_another_decision(
    score: float, signals: list[Signal]
) -> None:
    forcing = {Effect.EXEMPT, Effect.REJECT}
    quiet = [s for s in signals if DEFAULT_EFFECTS[s.name] not in forcing]
    ruling = decide(score, [*quiet, Signal("too_long", "")], Policy(), THRESHOLDS)
    assert ruling.decision is Decision.HOLD


def test_a_known_author_is_not_rejected_by_score_but_not_approved_either() -> None:
    assert _decide(0.95, "known_author") is Decision.HOLD
    assert _decide(0.5, "known_author") is Decision.HOLD
    assert _decide(0.5, "vouched_author") is Decision.APPROVE


def test_a_honeypot_makes_each_decision_one_step_stricter() -> None:
    steps = [_decide(score, "honeypot_filled") for score in (0.1, 0.5, 0.95)]
    assert steps == [Decision.HOLD, Decision.REJECT, Decision.REJECT]


def test_too_many_links_hold_what_would_be_approved_and_leave_a_rejection() -> None:
    assert _decide(0.1, "too_many_links") is Decision.HOLD
    assert _decide(0.95, "too_many_links") is Decision.REJECT


def test_every_signal_and_the_score_give_a_reason_unless_the_site_ignores_it() -> None:
    policy = Policy(effects={"too_many_links": Effect.NONE})
    signals = [Signal("too_many_links", "7 links"), Signal("form_too_fast", "0.3 seconds")]
    reasons = decide(0.5, signals, policy, THRESHOLDS).reasons
    assert [reason.code for reason in reasons] == ["form_too_fast", "score_unsure"]


def test_every_effect_is_used_by_some_default_or_can_be_chosen() -> None:
    for name, effect in itertools.product(DEFAULT_EFFECTS, Effect):
        assert Policy(effects={name: effect}).effect(name) is effect
