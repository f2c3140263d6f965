"""Near-duplicates come together, different comments stay apart."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.dedupe import campaign_hosts, duplicate_groups

PILLS = "Buy {} online without prescription, best price and fast delivery to your door, {}"


def test_a_campaign_with_swapped_words_is_one_group() -> None:
    texts = [PILLS.format(name, "visit us today") for name in ("zanoxil", "zanoxin", "zanoxel")]
    assert len(set(duplicate_groups(texts).tolist())) == 1


def test_different_comments_stay_apart() -> None:
    texts = [
        "I tried your recipe with rye flour and it came out far too dense.",
        "The second code sample misses a closing bracket after the loop.",
        "We walked that trail in May and there was still snow at the pass.",
    ]
    assert len(set(duplicate_groups(texts).tolist())) == 3


def test_numbers_case_and_punctuation_do_not_matter() -> None:
    groups = duplicate_groups(
        ["Call now: 555-0101 for cheap loans!", "CALL NOW 555-9999, for cheap loans"]
    )
    assert groups[0] == groups[1]


def test_short_texts_group_by_their_words() -> None:
    groups = duplicate_groups(["Thanks!", "thanks", "Nice"])
    assert groups.tolist() == [0, 0, 2]


def test_texts_without_letters_stay_apart() -> None:
    assert duplicate_groups(["", "123", ":-)"]).tolist() == [0, 1, 2]


def test_a_campaign_host_ties_different_texts() -> None:
    texts = [
        "The best chairs are sold here",
        "My aunt swears by these tables",
        "I disagree with you",
    ]
    hosts = [{"chairs.example"}, {"chairs.example"}, set()]
    groups = duplicate_groups(texts, hosts)
    assert groups[0] == groups[1] != groups[2]


def test_hosts_that_ham_names_are_no_campaign() -> None:
    hosts = [{"video.example", "pills.example"}, {"pills.example"}, {"video.example"}]
    assert campaign_hosts(hosts, [True, True, False]) == {"pills.example"}


def test_a_host_named_too_often_is_no_campaign() -> None:
    hosts = [{"everyone.example"}] * 5
    assert campaign_hosts(hosts, [True] * 5, most=4) == set()


@given(st.lists(st.text(max_size=60), max_size=20))
def test_exact_repeats_always_meet_and_groups_name_their_first(texts: list[str]) -> None:
    groups = duplicate_groups([*texts, *texts])
    assert np.all(groups <= np.arange(len(groups)))
    for row, text in enumerate(texts):
        if any(letter.isalpha() for letter in text):
            assert groups[row] == groups[row + len(texts)]
