"""Comments for the loop: genuine ones, the spam that the bundle knows, and a campaign it does not."""

from collections.abc import Sequence
from typing import Final

import numpy as np

_PLACES: Final = ("garden", "kitchen", "workshop", "harbour", "library", "orchard", "station")
_THINGS: Final = (
    "bread",
    "engine",
    "compiler",
    "bicycle",
    "tomatoes",
    "telescope",
    "violin",
    "map",
)
_HAM: Final = (
    "I tried this in my {place} last week and the {thing} came out better than I feared.",
    "Does the second step also work for a {thing}? Mine broke twice in the {place}.",
    "You write that the {thing} needs a night of rest; in our {place} two hours were enough.",
    "My neighbour keeps a {thing} in the {place} and swears by the method that you describe.",
    "There is a mistake in the third picture, the {thing} should stand left of the {place}.",
)
_SPAM: Final = (
    "Buy cheap {thing} pills online now, best price http://{place}-pills.example/{thing}",
    "Best casino bonus for {thing} players, win real money http://{place}-casino.example",
    "Get your {thing} loan approved today, no questions http://{place}-loans.example/{thing}",
)
_CAMPAIGN: Final = (
    (
        "{greeting} my lost coins came back through the recovery agent {agent}, write to {agent} on "
        "the messenger and tell him about your {thing}."
    ),
    (
        "{greeting} I had given up on my stolen wallet until recovery agent {agent} returned every "
        "coin, he even asked after my {thing}. Reach {agent} by messenger."
    ),
    (
        "{greeting} do not mourn your stolen coins near the {place}: {agent} the recovery agent "
        "brought back mine within a day, ask {agent} on the messenger."
    ),
)
_GREETINGS: Final = ("Friends,", "Honestly,", "Dear readers,", "Believe me,", "To everyone here:")
_AGENTS: Final = ("Morrison", "Webber", "Hollander", "Castellan", "Ridgeway", "Blomqvist")


def ham(count: int, seed: int) -> list[str]:
    """Return genuine comments."""
    return _made(_HAM, count, seed)


def spam(count: int, seed: int) -> list[str]:
    """Return spam of the kinds that the bundle was fitted on."""
    return _made(_SPAM, count, seed)


def campaign(count: int, seed: int) -> list[str]:
    """Return spun members of a campaign that reads like genuine comments and has no link."""
    return _made(_CAMPAIGN, count, seed)


def _made(forms: Sequence[str], count: int, seed: int) -> list[str]:
    generator = np.random.default_rng(seed)

    def one(values: Sequence[str]) -> str:
        return values[int(generator.integers(len(values)))]

    return [
        one(forms).format(
            place=one(_PLACES), thing=one(_THINGS), greeting=one(_GREETINGS), agent=one(_AGENTS)
        )
        + f" {int(generator.integers(1900, 2027))}"
        for _ in range(count)
    ]
