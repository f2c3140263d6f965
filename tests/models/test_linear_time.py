"""No text makes reading slower than in proportion to its length."""

import time

import pytest

from models.comment import Comment
from models.scorer import Scorer
from tests.models.comments import random_bundle

_SEEDS = (
    *(
        "<",
        "<a ",
        "<a href=x ",
        "<a href ",
        "<b>",
        "<!--",
        "x<i>",
        "&amp;",
        "&",
        "&#38;",
        "&lt;b&gt;",
    ),
    *(
        "a@b.",
        "@a",
        "a.",
        "1.1.1.",
        " \n",
        "\t",
        ". ",
        "-",
        "http://",
        "www.",
        "http://a.com ",
        ".com",
    ),
    *("dot com ", "(dot)", " . com", "a dot ", "a . ", "[url=", "[a ", "](", "```", "c a s i n o "),
    *("c4s1", "a1", "a!1", "a-", "hxxp://"),
    *(
        "\u200b",
        "a\u0301",
        "\u0430a",
        "\uff21",
        "\U0001d41a",
        "\ufdfa",
        "\u4e00",
        "\ud800",
        "'",
        "\0",
    ),
)
_SCORER = Scorer(random_bundle())


def _best_time(text: str, repeats: int = 2) -> float:
    times = []
    for _ in range(repeats):
        start = time.process_time()
        _SCORER.explain([Comment(text)])
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("seed", _SEEDS)
def test_time_grows_with_length_and_not_faster(seed: str) -> None:
    short, long = (_best_time((seed * 12_000)[:size]) for size in (3_000, 12_000))
    # Four times the text; a quadratic step would take sixteen times as long.
    assert long < 10 * short + 0.02
