import numpy as np
import pytest

from models.calibration import IDENTITY, Calibration

_BENT = Calibration((-2.0, 0.0, 1.0), (-1.0, 0.0, 3.0))


def test_pieces_are_straight_and_go_on_beyond_the_ends() -> None:
    raw = np.array([-4.0, -2.0, -1.0, 0.0, 0.5, 1.0, 2.0])
    assert _BENT.logits(raw).tolist() == [-2.0, -1.0, -0.5, 0.0, 1.5, 3.0, 6.0]
    assert _BENT.slopes(raw).tolist() == [0.5, 0.5, 0.5, 3.0, 3.0, 3.0, 3.0]


def test_a_flat_stretch_does_not_make_all_that_was_said_weigh_nothing() -> None:
    flat = Calibration((-9.0, -1.0, 1.0, 9.0), (-4.01, -4.0, 4.0, 4.01))
    assert flat.slopes(np.array([-8.0, -1.0, 0.0, 1.0, 8.0])).tolist() == pytest.approx(
        [0.5, 4, 4, 4, 0.5], rel=0.01
    )


def test_scores_are_probabilities_that_keep_the_order() -> None:
    scores = _BENT.scores(np.linspace(-20, 4, 200))
    assert ((scores > 0) & (scores < 1)).all()
    assert (np.diff(scores) > 0).all()
    assert IDENTITY.scores(np.array([-1e9, 0.0, 1e9])).tolist() == pytest.approx([0, 0.5, 1])


def test_no_number_gives_no_number() -> None:
    assert np.isnan(_BENT.scores(np.array([np.nan]))).all()


@pytest.mark.parametrize(
    ("raw", "calibrated"),
    [
        ((0.0,), (0.0,)),
        ((0.0, 1.0), (0.0,)),
        ((0.0, 0.0), (0.0, 1.0)),
        ((0.0, 1.0), (1.0, 0.0)),
        ((0.0, float("inf")), (0.0, 1.0)),
    ],
)
def test_maps_that_do_not_rise_are_refused(
    raw: tuple[float, ...], calibrated: tuple[float, ...]
) -> None:
    with pytest.raises(ValueError, match="knots"):
        Calibration(raw, calibrated)
