"""Attacks: a person still reads the same, they repeat exactly, and what they pad with is genuine."""

import random
import re
import unicodedata
from html import unescape

import pytest

from models.comment import Author, Comment, Post
from training.attacks import letters, links
from training.attacks.attack import Family, Material
from training.attacks.paraphrase import paraphrase
from training.attacks.suite import ATTACKS

_TEXT = (
    "Visit our wonderful casino tonight, dear readers! Everything at https://www.lucky-slots.example/"
    "bonus?id=7 is completely free."
)
_MATERIAL = Material(
    ["I had the same trouble with my starter.", "Mine rose after two days."],
    ["bread", "flour", "oven"],
)
_COMMENT = Comment(
    _TEXT,
    Author("Lucky Slots", url="https://lucky-slots.example"),
    Post(
        title="Rye at home",
        excerpt="Rye needs patience more than strength. It also needs a little salt.",
    ),
)


def _chance(seed: int = 1) -> random.Random:
    return random.Random(seed)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_every_attack_changes_the_text_and_repeats_exactly(attack) -> None:  # type: ignore[no-untyped-def]
    comments = [_COMMENT] * 8
    once = attack.apply(comments, _MATERIAL, 5)
    assert all(found.content != _TEXT for found in once)
    assert once == attack.apply(comments, _MATERIAL, 5)
    assert once != attack.apply(comments, _MATERIAL, 6)
    assert all(found.author.url == _COMMENT.author.url for found in once)
    assert all(found.post == _COMMENT.post for found in once)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_no_attack_stumbles_over_a_bare_or_odd_comment(attack) -> None:  # type: ignore[no-untyped-def]
    nothing = Material([], [])
    odd = [Comment(""), Comment("ok"), Comment("ß ﬁ 汉字 мир [url=]x[/url] <a href=>y</a> &#0;")]
    assert len(attack.apply(odd, nothing, 1)) == len(odd)


def test_letters_read_back_as_they_were() -> None:
    plain = _TEXT
    for seed in range(20):
        assert unicodedata.normalize("NFKC", letters.full_width(plain, _chance(seed))) == plain
        assert unicodedata.normalize("NFKC", letters.styled(plain, _chance(seed))) == plain
        hidden = letters.invisible(plain, _chance(seed))
        assert "".join(c for c in hidden if unicodedata.category(c) != "Cf") == plain
        assert unescape(letters.entities(plain, _chance(seed))) == plain
        assert re.sub(r"<!-- -->|<[^>]*>", "", letters.split_by_tags(plain, _chance(seed))) == plain


def test_spaced_letters_read_back_as_they_were() -> None:
    words = ["Visit", "our", "wonderful", "casino", "tonight"]
    for seed in range(20):
        spaced = letters.spaced(" ".join(words), _chance(seed))
        parts = [part for part in re.split(" {2,}", spaced) if part]
        joined = [
            re.sub(
                r"(?<!\S)[a-zA-Z](?:([ ._*-])[a-zA-Z])(?:\1[a-zA-Z])+(?!\S)", _letters_only, part
            )
            for part in parts
        ]
        assert " ".join(joined).split() == words


def _letters_only(match: re.Match[str]) -> str:
    return re.sub("[ ._*-]", "", match[0])


def test_swapped_letters_keep_length_and_shape() -> None:
    for change in (letters.look_alikes, letters.leetspeak):
        for seed in range(20):
            swapped = change(_TEXT, _chance(seed))
            assert len(swapped) == len(_TEXT)
            same = sum(a == b for a, b in zip(swapped, _TEXT, strict=True))
            assert 0.4 * len(_TEXT) < same < len(_TEXT)


def test_addresses_stay_usable_when_letters_change() -> None:
    for change in (letters.look_alikes, letters.leetspeak, letters.spaced, letters.invisible):
        assert "https://www.lucky-slots.example/bonus?id=7" in change(_TEXT, _chance())


def test_hosts_are_spelt_out_and_read_back() -> None:
    for seed in range(20):
        spelt = links.spelt_hosts(_TEXT, _chance(seed))
        assert "http" not in spelt
        assert "lucky-slots.example" not in spelt
        read = re.sub(r"\s?[(\[]?(?:dot|(?<=[ \[])\.)[)\]]?\s?", ".", spelt)
        assert "lucky-slots.example/bonus" in read


def test_anchors_are_rewritten_and_still_lead_there() -> None:
    text = 'See <a href="http://shop.example/a">cheap pills</a> and [url=http://b.example]b[/url].'
    for seed in range(20):
        hidden = links.hidden_anchors(text, _chance(seed))
        assert "http://shop.example/a" in hidden
        assert "http://b.example" in hidden
        assert "cheap pills" in hidden
        assert "[url" not in hidden
        assert links.hidden_anchors(text, _chance(seed)) == hidden


def test_broken_schemes_keep_the_host() -> None:
    broken = links.broken_schemes(_TEXT, _chance())
    assert "http://" not in broken
    assert "lucky-slots[.]example/bonus" in broken.replace("www[.]", "").replace("[.]", "[.]")


def test_padding_keeps_the_promotion_and_adds_what_readers_say() -> None:
    for attack in (one for one in ATTACKS if one.family is Family.PADDING):
        (padded,) = attack.apply([_COMMENT], _MATERIAL, 3)
        assert _TEXT in padded.content
        added = padded.content.replace(_TEXT, "").strip()
        excerpt = str(_COMMENT.post.excerpt)
        known = [*_MATERIAL.genuine, *_MATERIAL.good_words, *excerpt.split()]
        assert all(any(word in one for one in known) for word in added.split())


def test_paraphrase_swaps_words_but_no_addresses() -> None:
    text = "Great post, thanks! Buy it cheap at http://great-post.example/buy now. Very nice blog."
    for seed in range(20):
        other = paraphrase(text, _chance(seed))
        assert "http://great-post.example/buy" in other
        assert other != text
        assert len(other.split()) >= len(text.split())
