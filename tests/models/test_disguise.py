"""What is disguised reads as what it stands for; what only looks like it stays itself."""

import random

import numpy as np
import pytest

from models.comment import Comment
from models.features import SEGMENTS, extract
from models.findings import find_findings
from models.text import CHANGES, align, normalise, normalise_batch
from training.attacks import letters, links


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("c4s1no w1nner fr!end", "casino winner friend"),
        ("Ch3ap v1@gra!", "cheap viagra!"),
        ("C A S I N O now", "casino now"),
        ("c-a-s-i-n-o, c.a.s.i.n.o! c_a_s_i_n_o c*a*s*i*n*o", "casino, casino! casino casino"),
        ("b u y e  c h e a p", "buye cheap"),
        ("visit example (dot) com/x today", "visit https://example.com/x today"),
        ("shop dot example dot com", "https://shop.example.com"),
        ("see my-site[.]online or hxxp://a[.]b.ru", "see https://my-site.online or http://a.b.ru"),
        ("hxxps://example.com", "https://example.com"),
        ("ethics [dot] co [dot] in/a", "https://ethics.co.in/a"),
        ("www . example . com", "https://www.example.com"),
        ("sofas dot example dot edu dot vn/new", "https://sofas.example.edu.vn/new"),
    ],
)
def test_a_disguise_reads_as_what_it_stands_for(written: str, read: str) -> None:
    assert normalise(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "utf8, sha256 and i2c on port 8080, since 1990s",
        "deadbeef4a11 3f5ea1b2 a1b2",
        "http://s3cr3t.example.com/w1nner?v=c4s1no",
        "e.g. u.s. or i.e. that; a, b, c; x - y",
        "the end . then on the dot product of a and b",
        "asp.net is fine. me, too",
        "a[i] = b[j]; foo[.]",
        "it costs $100 or 15% of 3k",
    ],
)
def test_what_only_looks_like_a_disguise_stays(text: str) -> None:
    assert normalise(text) == text


def test_an_address_for_mail_is_no_link() -> None:
    assert "http" not in normalise("write to jo (at) mail (dot) example.com please")


def test_disguises_are_counted_in_the_text_that_holds_them() -> None:
    changes = normalise_batch(["plain", "c4s1no c a s h example (dot) com", "p l a i n"]).changes
    leet, spaced, hosts = (CHANGES.index(name) for name in ("leet", "spaced", "hosts"))
    assert not changes[0].any()
    assert changes[1][[leet, spaced, hosts]].tolist() == [1, 1, 1]
    assert changes[2][[leet, spaced, hosts]].tolist() == [0, 1, 0]


def test_evidence_leads_back_to_the_letters_held_apart() -> None:
    original = "Buy c-a-s-i-n-o chips"
    alignment = align(original)
    place = alignment.text.index("casino")
    assert alignment.text == "buy casino chips"
    assert alignment.origin[place] == original.index("c-a")
    assert alignment.origin[place + 6] == original.index(" chips")


def test_most_words_of_an_attack_read_back() -> None:
    text = "visit our wonderful casino tonight because everything here costs nothing at all"
    words = set(text.split())
    for attack, least in ((letters.spaced, 1.0), (letters.leetspeak, 0.6)):
        for seed in range(30):
            read = set(normalise(attack(text, random.Random(seed))).split())
            assert len(read & words) >= least * len(words), (attack, read)


def test_hosts_that_an_attack_spells_out_are_links_again() -> None:
    text = "read more at http://www.lucky-slots.com/bonus now"
    for seed in range(30):
        for attack in (links.spelt_hosts, links.broken_schemes):
            written = attack(text, random.Random(seed))
            (found,) = extract([Comment(written)]).reading.links[0]
            assert found.address.host == "lucky-slots.com"
            assert found.address.path == "/bonus"


def test_a_hidden_link_is_said_to_be_hidden() -> None:
    features = extract([Comment("read more at lucky-slots (dot) com"), Comment("at lucky.com")])
    shares = np.array([[1.0 if segment.group == "links" else 0.0] * 2 for segment in SEGMENTS])
    hidden, plain = find_findings(features.reading, shares, range(2))
    assert [finding.code for finding in hidden] == ["link_disguised"]
    assert [finding.code for finding in plain] == ["link"]
