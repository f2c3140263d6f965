from hypothesis import given
from hypothesis import strategies as st

from models.comment import Label
from service.loop.people_said import Said, campaign_label

SPAM, HAM = Label.SPAM, Label.HAM


def _said(*steps: tuple[str, Label | None]) -> list[Said]:
    return [Said(f"comment {n}", label, who) for n, (who, label) in enumerate(steps)]


def test_one_reviewer_turns_alone_where_there_is_only_one() -> None:
    said = _said(("Ada", SPAM), ("Ada", HAM))
    assert campaign_label(said, several_reviewers=False) is HAM


def test_it_takes_two_where_there_are_two() -> None:
    said = _said(("Ada", SPAM), ("Mallory", HAM), ("Mallory", HAM), ("Mallory", HAM))
    assert campaign_label(said, several_reviewers=True) is SPAM
    assert campaign_label([*said, *_said(("Grace", HAM))], several_reviewers=True) is HAM


def test_who_returns_to_the_others_opinion_does_not_count_any_more() -> None:
    said = _said(("Ada", SPAM), ("Mallory", HAM), ("Mallory", SPAM), ("Grace", HAM))
    assert campaign_label(said, several_reviewers=True) is SPAM


def test_what_was_taken_back_was_never_said() -> None:
    said = [Said("one", SPAM, "Ada"), Said("one", None, "Ada"), Said("two", HAM, "Grace")]
    assert campaign_label(said, several_reviewers=True) is HAM
    assert campaign_label(said[:2], several_reviewers=True) is None


@given(st.lists(st.sampled_from([SPAM, HAM]), max_size=20), st.sampled_from([SPAM, HAM]))
def test_one_person_never_turns_what_two_said(labels: list[Label], first: Label) -> None:
    said = _said(("Ada", first), ("Grace", first), *(("Mallory", label) for label in labels))
    assert campaign_label(said, several_reviewers=True) is first
