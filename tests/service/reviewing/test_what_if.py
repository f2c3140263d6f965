from models.comment import Label
from models.thresholds import Thresholds
from service.deciding.decision import Decision, Signal
from service.deciding.policy import Policy
from service.reviewing.what_if import PastComment, hits, what_if


def _past(score: float, decision: Decision, label: Label | None, *signals: Signal) -> PastComment:
    return PastComment(score, signals, decision, label, '{"author":{"email":"a@b.example"}}')


def test_limits_show_what_they_would_have_changed() -> None:
    past = [
        _past(0.1, Decision.APPROVE, None),
        _past(0.3, Decision.HOLD, Label.SPAM),
        _past(0.85, Decision.HOLD, Label.HAM),
        _past(0.99, Decision.REJECT, Label.SPAM),
    ]
    found = what_if(past, Policy(), Thresholds(0.35, 0.8))
    assert found.total == 4
    assert (found.was[Decision.HOLD], found.would[Decision.HOLD]) == (2, 0)
    assert found.ham_rejected == (0, 1)
    assert found.spam_approved == (0, 1)


def test_signals_of_the_day_still_count() -> None:
    held = _past(0.1, Decision.HOLD, None, Signal("too_many_links", "It has 9 links."))
    assert what_if([held], Policy(), Thresholds(0.35, 0.8)).would[Decision.HOLD] == 1


def test_each_entry_of_a_list_is_told_how_often_it_hit() -> None:
    policy = Policy(
        blocked_words=("casino", "loan"),
        blocked_hosts=("spam.example",),
        blocked_emails=("@b.example", "c@d.example"),
    )
    word = Signal("blocked_word", "It contains “casino”, which this site has blocked.")
    host = Signal("blocked_host", "It links to spam.example, which this site has blocked.")
    email = Signal("blocked_email", "This site has blocked the author's e-mail.")
    past = [_past(0.5, Decision.REJECT, None, word, host), _past(0.5, Decision.REJECT, None, email)]
    assert hits([*past, past[0]], policy) == {
        "blocked_words": {"casino": 2},
        "blocked_hosts": {"spam.example": 2},
        "blocked_emails": {"@b.example": 1},
    }
