from hypothesis import given
from hypothesis import strategies as st

from models.thresholds import Thresholds
from service.deciding.usefulness import base, uncertainty, usefulness
from service.reviewing.overview import Rate

THRESHOLDS = Thresholds(0.2, 0.9)
WEEK = 7 * 86_400_000_000


def test_near_a_threshold_is_more_useful_than_far_from_both() -> None:
    assert uncertainty(0.2, THRESHOLDS) == uncertainty(0.9, THRESHOLDS) == 1.0
    assert uncertainty(0.21, THRESHOLDS) > uncertainty(0.55, THRESHOLDS)
    assert uncertainty(None, THRESHOLDS) == 1.0
    nothing_certified = Thresholds(0.0, float("inf"))
    assert uncertainty(0.5, nothing_certified) == 1.0
    assert uncertainty(1.0, nothing_certified) == 0.02


def test_a_week_of_waiting_weighs_as_much_as_twice_the_campaign() -> None:
    alone = usefulness(base(0.5, THRESHOLDS, 0), 1)
    assert abs(usefulness(base(0.5, THRESHOLDS, WEEK), 2) - alone) < 1e-9


@given(
    st.floats(0, 1),
    st.integers(1, 10**6),
    st.integers(0, 2**52),
    st.integers(1, WEEK),
)
def test_older_and_larger_are_never_less_useful(
    score: float, waiting: int, received_at: int, earlier: int
) -> None:
    here = usefulness(base(score, THRESHOLDS, received_at), waiting)
    assert usefulness(base(score, THRESHOLDS, received_at - earlier), waiting) >= here
    assert usefulness(base(score, THRESHOLDS, received_at), waiting + 1) >= here


def test_the_interval_of_a_rate_is_wilsons() -> None:
    low, high = Rate(1, 20).interval
    assert (round(low, 4), round(high, 4)) == (0.0089, 0.2361)
    assert Rate(0, 0).share is None
    assert Rate(0, 0).interval == (0.0, 1.0)
    assert Rate(0, 50).interval[0] == 0.0
