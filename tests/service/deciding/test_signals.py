import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.comment import Author, Comment, Role
from service.deciding.policy import DEFAULT_EFFECTS, Policy
from service.deciding.records import Facts, Tally
from service.deciding.signals import signals_of

NOTHING = Facts(Tally(), Tally(), Tally(), None, distinctive=False)
RULES = Policy(
    allowed_words=("compiler",),
    blocked_words=("casino", "free money", "казино"),
    allowed_hosts=("example.org",),
    blocked_hosts=("pills.example",),
    allowed_emails=("ada@example.org",),
    blocked_emails=("@spam.example",),
    allowed_networks=("10.1.0.0/16",),
    blocked_networks=("10.2.0.0/16", "2001:db8::/32"),
)


def _names(comment: Comment, facts: Facts = NOTHING, policy: Policy = RULES) -> set[str]:
    return {signal.name for signal in signals_of(comment, facts, policy)}


def test_an_ordinary_comment_has_none() -> None:
    assert _names(Comment("A short thought on the weather.", Author("Ada"))) == set()


@pytest.mark.parametrize(
    ("comment", "name"),
    [
        (Comment("My compiler says so."), "allowed_word"),
        (Comment("The CASINO is open."), "blocked_word"),
        (Comment("The сasino is open."), "blocked_word"),  # noqa: RUF001 - a Cyrillic letter is the point
        (Comment("Get free money here."), "blocked_word"),
        (Comment("Лучшее казино города"), "blocked_word"),
        (Comment("Fine.", Author("Casino")), "blocked_word"),
        (Comment("See https://docs.example.org/a"), "allowed_host"),
        (Comment("See http://www.pills.example/x"), "blocked_host"),
        (Comment("Fine.", Author(url="http://m.pills.example")), "blocked_host"),
        (Comment("Fine.", Author(email="Ada@Example.org")), "allowed_email"),
        (Comment("Fine.", Author(email="joe@spam.example")), "blocked_email"),
        (Comment("Fine.", Author(email="joe@mailinator.com")), "disposable_email"),
        (Comment("Fine.", Author(ip="10.1.2.3")), "allowed_network"),
        (Comment("Fine.", Author(ip="10.2.2.3")), "blocked_network"),
        (Comment("Fine.", Author(ip="2001:db8::7")), "blocked_network"),
        (Comment(" ".join(f"http://a{n}.example/" for n in range(6))), "too_many_links"),
        (Comment("Fine.", honeypot="x"), "honeypot_filled"),
        (Comment("Fine.", form_seconds=0.5), "form_too_fast"),
        (Comment("a " * 10_001), "too_long"),
        (Comment("Fine.", Author(role=Role.EDITOR)), "trusted_role"),
    ],
)
def test_each_rule_has_its_signal(comment: Comment, name: str) -> None:
    assert _names(comment) == {name}


@pytest.mark.parametrize(
    "comment",
    [
        Comment("My decompilers say so, and the casinos too."),
        Comment("See http://notpills.example.net/pills.example"),
        Comment("Fine.", Author(email="ada@example.org.spam")),
        Comment("Fine.", Author(email="@")),
        Comment("Fine.", Author(ip="10.3.0.1")),
        Comment("Fine.", honeypot=""),
        Comment("Fine.", form_seconds=2.0),
        Comment("Fine.", Author(role=Role.SUBSCRIBER)),
        Comment(" ".join(f"http://a{n}.example/" for n in range(5))),
        Comment("a " * 10_000),
    ],
)
def test_what_only_looks_like_it_has_none(comment: Comment) -> None:
    assert _names(comment) == set()


def _author(**counts: int) -> Facts:
    return Facts(Tally(**counts), Tally(), Tally(), None, distinctive=False)


def test_an_author_is_known_by_two_approvals_or_one_persons_word() -> None:
    typed = Comment("Fine.", Author(email="ada@home.example"))
    vouched = Comment("Fine.", Author(id="7"))
    assert _names(typed, _author(approved=1)) == set()
    assert _names(typed, _author(approved=2)) == {"known_author"}
    assert _names(typed, _author(approved=1, ham=1)) == {"known_author"}
    assert _names(vouched, _author(approved=2)) == {"vouched_author"}
    for bad in ({"spam": 1}, {"rejected": 1}):
        assert _names(vouched, _author(approved=9, ham=3, **bad)) == set()


def _text(same: Tally, near: Tally | None = None, *, distinctive: bool = True) -> Facts:
    near = near or same
    return Facts(Tally(), same, near, "first", distinctive, same.sole_label, near.sole_label)


def test_the_same_text_follows_what_a_person_said_and_not_what_we_decided() -> None:
    comment = Comment("A text that came before.")
    assert _names(comment, _text(Tally(rejected=1))) == set()
    assert _names(comment, _text(Tally(rejected=1, spam=1))) == {"same_text_spam"}
    assert _names(comment, _text(Tally(approved=1, ham=1))) == {"same_text_ham"}
    copied = Comment(comment.content, Author(url="http://shop.example"))
    assert _names(copied, _text(Tally(approved=1, ham=1))) == {"near_text_ham"}
    assert _names(comment, _text(Tally(rejected=2, spam=1, ham=1))) == set()
    assert _names(comment, _text(Tally(), Tally(rejected=1, spam=1))) == {"near_text_spam"}


def test_a_repeated_text_counts_if_nobody_writes_it_by_chance() -> None:
    three = Tally(approved=3)
    assert _names(Comment("Thanks!"), _text(three, distinctive=False)) == set()
    assert _names(Comment("See http://a.example/"), _text(three, distinctive=False)) == {
        "same_text_repeated"
    }
    assert _names(Comment("A longer text."), _text(three)) == {"same_text_repeated"}
    assert _names(Comment("A longer text."), _text(Tally(approved=2))) == set()
    assert _names(Comment("A longer text."), _text(Tally(), three)) == {"near_text_repeated"}


@given(st.text(max_size=100), st.text(max_size=40), st.text(max_size=40))
def test_every_signal_has_a_default_effect_and_a_sentence(
    content: str, name: str, email: str
) -> None:
    comment = Comment(content, Author(name, email, url=name), honeypot=email)
    for signal in signals_of(comment, NOTHING, RULES):
        assert signal.name in DEFAULT_EFFECTS
        assert signal.detail.endswith(".")
