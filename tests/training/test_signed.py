"""Spun texts are sent bare, under an advertisement's name, or signed in the text."""

from models.comment import Author
from models.contact import signs_with_site
from models.links import find_links
from models.text import normalise
from training.signed import as_sent

TEXT = "What a marvellous write-up, I told all my friends."
ADVERTISERS = [
    Author("roof repair", url="https://roofs.example/repair"),
    Author("cheap boots", url="https://boots.example"),
]


def test_a_third_is_bare_a_third_has_an_author_and_a_third_is_signed() -> None:
    sent = [as_sent(TEXT, place, ADVERTISERS) for place in range(60)]
    bare, named, signed = sent[::3], sent[1::3], sent[2::3]
    assert all(one.content == TEXT and one.author == Author() for one in bare)
    assert all(one.content == TEXT and one.author.name for one in named)
    assert {one.author.url for one in named} == {one.url for one in ADVERTISERS}
    assert all(one.content.startswith(TEXT) and len(one.content) > len(TEXT) for one in signed)
    texts = [normalise(one.content) for one in signed]
    assert sum(map(signs_with_site, texts)) >= len(signed) // 2
    assert 0 < sum(bool(find_links(text)) for text in texts) < len(texts)


def test_a_text_is_sent_the_same_way_every_time() -> None:
    first, second = ([as_sent(TEXT, k, ADVERTISERS) for k in range(9)] for _ in range(2))
    assert first == second
    assert len(set(first)) > 3


def test_without_anybody_who_advertises_texts_stay_bare() -> None:
    assert {as_sent(TEXT, place, []).content for place in range(3)} == {TEXT}
