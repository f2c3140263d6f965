import json
import math

import pytest

from models.thresholds import NO_EVIDENCE, CertifiedLimit, LimitNotCertified, ThresholdTable

_TABLE = ThresholdTable(
    max_ham_rejected=(
        CertifiedLimit(0.001, None, 900, 1, 0.0062),
        CertifiedLimit(0.002, 0.97, 5000, 3, 0.0018),
        CertifiedLimit(0.01, 0.80, 5000, 30, 0.0087),
    ),
    max_spam_approved=(
        CertifiedLimit(0.02, 0.10, 4000, 50, 0.0165),
        CertifiedLimit(0.05, 0.90, 4000, 180, 0.049),
    ),
    confidence=0.95,
)


def test_the_largest_limit_not_above_the_asked_one_counts() -> None:
    thresholds = _TABLE.at(0.005, 0.02)
    assert (thresholds.approve_below, thresholds.reject_from) == (0.10, 0.97)
    assert _TABLE.at(1, 0.03).reject_from == 0.80


def test_crossing_thresholds_hold_between_them() -> None:
    thresholds = _TABLE.at(0.01, 0.05)
    assert (thresholds.approve_below, thresholds.reject_from) == (0.80, 0.90)


def test_a_limit_below_the_evidence_is_refused_with_what_it_would_take() -> None:
    with pytest.raises(LimitNotCertified, match=r"at least 2,995 ham comments") as caught:
        _TABLE.at(0.001, 0.02)
    assert "0.200%" in str(caught.value)
    with pytest.raises(LimitNotCertified, match="spam"):
        _TABLE.at(0.002, 0.001)
    with pytest.raises(LimitNotCertified):
        _TABLE.at(0, 0.02)


def test_without_evidence_everything_is_held() -> None:
    thresholds = NO_EVIDENCE.at(0.002, 0.02)
    assert (thresholds.approve_below, thresholds.reject_from) == (0.0, math.inf)


def test_the_table_survives_json() -> None:
    assert ThresholdTable.from_json(json.loads(json.dumps(_TABLE.to_json()))) == _TABLE
    for fault in ({"limit": -1}, {"count": True}, {"threshold": "0.5"}, {"bound": math.nan}):
        value = _TABLE.to_json()
        value["max_ham_rejected"][0] |= fault
        with pytest.raises(ValueError, match="is not a"):
            ThresholdTable.from_json(value)
