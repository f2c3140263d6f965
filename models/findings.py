"""What moved a score, in plain sentences."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from models.contact import gives_phone, signs_with_site
from models.features import SEGMENTS
from models.links import HostKind, find_links, host_kind, parse_address
from models.reading import Part, Reading
from models.text import CHANGES

MOST_FINDINGS = 5

# Log-odds that a group must add before a sentence speaks of it.
LEAST_SHARE = 0.1

# Of 29 plain names 27 add up to 1.6 (most of it for there being a name), two 1.8 and 2.7; "Lucky Slots"
# 1.9, "payday loans" 5.2.
LEAST_OF_NAME = 1.7

MANY_LINKS = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One plain sentence about what moved the score, and its code."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """When a group of features adds its share, and the comment is so, a finding is shown.

    `sign` is 1 where the share must speak for spam, -1 where it must speak for ham.
    """

    groups: tuple[str, ...]
    sign: int
    finding: Finding
    applies: Callable[[Reading, int], bool]
    least: float = LEAST_SHARE


def _always(_reading: Reading, _row: int) -> bool:
    return True


def _kind(reading: Reading, row: int) -> HostKind | None:
    return _kind_of(reading.text(Part.URL, row))


@lru_cache(maxsize=1024)
def _kind_of(url: str) -> HostKind | None:
    address = parse_address(url)
    return None if address is None else host_kind(address)


def _hides_link(reading: Reading, row: int) -> bool:
    return bool(reading.batch.changes[row, CHANGES.index("hosts")])


def _refers_to_post(reading: Reading, row: int) -> bool:
    post = f"{reading.text(Part.TITLE, row)} {reading.text(Part.EXCERPT, row)}"
    return bool(
        set(_WORD.findall(post)).intersection(_WORD.findall(reading.text(Part.CONTENT, row)))
    )


def _has_post(reading: Reading, row: int) -> bool:
    return bool(reading.text(Part.TITLE, row) or reading.text(Part.EXCERPT, row))


_WORD = re.compile(r"\w{4,}")
_TEXT = ("grams", "words", "pairs")

_RULES = (
    _Rule(
        ("name_traits", "name"),
        1,
        Finding("name_is_link", "The author's name is a link."),
        lambda reading, row: bool(find_links(reading.text(Part.NAME, row))),
    ),
    _Rule(
        ("name_traits", "name"),
        1,
        Finding("name_advertises", "The author's name reads like an advertisement."),
        lambda reading, row: bool(reading.text(Part.NAME, row)),
        LEAST_OF_NAME,
    ),
    _Rule(
        ("links",),
        1,
        Finding("link_disguised", "It spells out a link so that filters do not see it."),
        _hides_link,
    ),
    _Rule(
        ("links",),
        1,
        Finding("many_links", "It holds many links."),
        lambda reading, row: len(reading.links[row]) >= MANY_LINKS,
    ),
    _Rule(("links",), 1, Finding("link", "Its link resembles links in spam."), _always),
    _Rule(
        ("author_url",),
        1,
        Finding("url_redirects", "The author's address leads through a redirect or a shortener."),
        lambda reading, row: _kind(reading, row) in (HostKind.REDIRECT, HostKind.SHORTENER),
    ),
    _Rule(
        ("author_url",),
        1,
        Finding("url", "The author's address resembles addresses in spam."),
        lambda reading, row: _kind(reading, row) is not None,
    ),
    _Rule(
        ("author",),
        1,
        Finding("author", "Spam often comes from authors like this."),
        _always,
    ),
    _Rule(
        ("contact",),
        1,
        Finding("signs_with_site", "It signs with a site of the writer's own."),
        lambda reading, row: signs_with_site(reading.text(Part.CONTENT, row)),
    ),
    _Rule(
        ("contact",),
        1,
        Finding("telephone", "It gives a telephone number."),
        lambda reading, row: gives_phone(reading.text(Part.CONTENT, row)),
    ),
    _Rule(
        ("obfuscation",),
        1,
        Finding("letters_disguised", "Letters in it are disguised or hidden."),
        _always,
    ),
    _Rule(
        ("fit",),
        1,
        Finding("off_topic", "Nothing in it refers to the post."),
        lambda reading, row: _has_post(reading, row) and not _refers_to_post(reading, row),
    ),
    _Rule(("fit",), -1, Finding("on_topic", "It speaks of the post."), _refers_to_post),
    _Rule(
        ("script",),
        1,
        Finding("other_script", "It is written in another script than the post."),
        lambda reading, row: (
            reading.text(Part.TITLE, row).isascii()
            and _has_post(reading, row)
            and not reading.text(Part.CONTENT, row).isascii()
        ),
    ),
    _Rule(_TEXT, 1, Finding("wording_spam", "Its wording resembles spam."), _always),
    _Rule(_TEXT, -1, Finding("wording_ham", "Its wording resembles readers' comments."), _always),
)

_LINES = {
    rule.groups: [number for number, segment in enumerate(SEGMENTS) if segment.group in rule.groups]
    for rule in _RULES
}
"""The segments that each rule adds up."""


def find_findings(
    reading: Reading, shares: NDArray[np.float64], asked: Sequence[int]
) -> list[tuple[Finding, ...]]:
    """Return at most five findings for each asked comment, the largest share of the logit first.

    `shares` is what each segment adds to each comment's logit, as `Features.shares` gives it.
    """
    added = {
        groups: np.add.reduce(shares[lines], axis=0).tolist() for groups, lines in _LINES.items()
    }
    return [_find_row(reading, row, added) for row in asked]


def _find_row(
    reading: Reading, row: int, added: dict[tuple[str, ...], list[float]]
) -> tuple[Finding, ...]:
    """Return the findings of one comment, one for each group of features."""
    found: dict[tuple[str, ...], tuple[float, Finding]] = {}
    for rule in _RULES:
        share = rule.sign * added[rule.groups][row]
        if share >= rule.least and rule.groups not in found and rule.applies(reading, row):
            found[rule.groups] = share, rule.finding
    strongest = sorted(found.values(), key=lambda pair: -pair[0])
    return tuple(finding for _, finding in strongest[:MOST_FINDINGS])
