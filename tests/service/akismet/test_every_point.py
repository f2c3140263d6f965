"""Every point of the protocol has tests that carry its number."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
NAMES = [
    name
    for folder in ("service/akismet", "reliability")
    for file in (TESTS / folder).glob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
]


@pytest.mark.parametrize("point", range(1, 25))
def test_each_conformance_point_has_a_test(point: int) -> None:
    assert any(name.startswith(f"test_{point}_") for name in NAMES)


@pytest.mark.parametrize("rule", range(1, 17))
def test_each_rule_that_clients_were_seen_to_need_has_a_test(rule: int) -> None:
    assert any(name.startswith(f"test_rule_{rule}_") for name in NAMES)
