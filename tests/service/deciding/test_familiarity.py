# ruff: noqa: RUF001 - Russian letters look like Latin ones
import httpx
import pytest

from service.deciding.familiarity import unfamiliar_language
from tests.service.tiny_bundle import CERTAIN_SPAM, tiny_bundle

GERMAN = "Gewinnen Sie heute viel Geld in unserem neuen Spielhaus, die erste Runde ist geschenkt."
RUSSIAN = "Лучшие ставки и выигрыши только у нас, заходите сегодня и получите подарок."


@pytest.mark.parametrize(
    ("content", "unfamiliar"),
    [
        (CERTAIN_SPAM, False),
        (GERMAN, True),
        (RUSSIAN, True),
        ("Win money!", False),
        ("123 !!!", False),
        ("Ставки тут", True),
    ],
)
def test_a_language_is_familiar_by_what_the_bundle_has_seen(content: str, unfamiliar: bool) -> None:
    signals = unfamiliar_language(content, tiny_bundle().manifest)
    assert bool(signals) is unfamiliar
    assert all(signal.detail.endswith(".") for signal in signals)


def test_what_would_be_rejected_in_an_unfamiliar_language_is_held(
    sqlite_client: httpx.Client,
) -> None:
    spam = "casino http://lucky-casino.example/spins win money free spins "
    answer = sqlite_client.post("/v1/comments", json={"content": spam * 2 + RUSSIAN * 2}).json()
    assert answer["decision"] == "hold"
    assert "unfamiliar_language" in {reason["code"] for reason in answer["reasons"]}
