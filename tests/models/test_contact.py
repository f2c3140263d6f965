"""A telephone and a site that signs are told from numbers and from talk of sites."""

import pytest

from models.comment import Comment
from models.contact import gives_phone, signs_with_site
from models.features import featurise


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("call or text +1 (555) 010-9483 now", True),
        ("whatsapp +2340005550101", True),
        ("ring 1-800-555-0101 today", True),
        ("call us at 555 010 9483", True),
        ("01.23.45.67.89", True),
        ("微信 13800138000", True),
        ("tel:18005550101", True),
        ("released 2010-11-24 12:30", False),
        ("it costs 2,000,000.00 here", False),
        ("build 1.2.3.4567", False),
        ("(1990-1995)", False),
        ("2010 2011 2012", False),
        ("1 2 3 4 5 6 7 8", False),
        ("3.14159265", False),
        ("at 1609459200", False),
        ("978-3-16-148410-0", False),
        ("12 000 000", False),
        ("$12345678", False),
        ("id 1063-text", False),
        ("/item/123456789012", False),
        ("in 2010 and 2011", False),
    ],
)
def test_a_telephone_number_is_told(text: str, given: bool) -> None:
    assert gives_phone(text) is given


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("so true. my web-site :: cheap boots", True),
        ("here is my page ... [x](http://x.example)", True),
        ("look into my homepage - boots", True),
        ("thanks, also visit my blog", True),
        ("my web-log :: boots", True),
        ("i like my blog a lot and write every day", False),
        ("i love my blog. it is old", False),
        ("my site-wide css broke", False),
        ("works on my site now. thanks", False),
        ("our website uses the same theme, too", False),
    ],
)
def test_a_signature_is_told(text: str, signed: bool) -> None:
    assert signs_with_site(text) is signed


def test_contact_is_a_feature() -> None:
    plain, signed, called = (
        featurise([Comment(text)], ["contact"]).indices
        for text in ("thanks", "thanks. my site: boots", "thanks. call +1 555 010 9483")
    )
    assert len(plain) == 0
    assert len(signed) == len(called) == 1
    assert signed != called


def test_a_link_tells_whether_its_title_repeats_its_words() -> None:
    none, other, same = (
        set(featurise([Comment(f"[boots](http://b.example {title})")], ["links"]).indices.tolist())
        for title in ("'boots'", '"shoes"', '"boots"')
    )
    assert len(other - none) == len(same - none) == 1
    assert other - none != same - none
