"""What moved a score, in plain sentences."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.features import Features
from models.links import HostKind, LinkKind, find_links, host_kind
from models.reading import Part, Reading

MOST_FINDINGS = 5

# Log-odds that a group must add before a sentence speaks of it.
LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Finding:
    """One plain sentence about what moved the score, and its code."""

    code: str
    sentence: str


Check = Callable[[Reading, int], bool]


def _links(reading: Reading, row: int) -> int:
    return len(reading.links[row])


def _kind(reading: Reading, row: int) -> HostKind | None:
    address = reading.addresses[row]
    return None if address is None else host_kind(address)


def _refers_to_nothing(reading: Reading, row: int) -> bool:
    post = set(reading.text(Part.TITLE)[row].split()) | set(reading.text(Part.EXCERPT)[row].split())
    own = set(reading.text(Part.CONTENT)[row].split())
    return bool(post) and not {word for word in own & post if len(word) > 3}


_CHECKS: tuple[tuple[str, str, Finding, Check], ...] = (
    (
        "name_traits",
        "spam",
        Finding("name_is_link", "The author's name is a link."),
        lambda reading, row: bool(find_links(reading.text(Part.NAME)[row])),
    ),
    (
        "links",
        "spam",
        Finding("many_links", "It holds many links."),
        lambda reading, row: _links(reading, row) >= 3,
    ),
    (
        "links",
        "spam",
        Finding("hidden_link", "It spells out a link so that filters do not see it."),
        lambda reading, row: any(link.kind is LinkKind.OBFUSCATED for link in reading.links[row]),
    ),
    (
        "links",
        "spam",
        Finding("link", "The link in it resembles links in spam."),
        lambda reading, row: 0 < _links(reading, row) < 3,
    ),
    (
        "author_url",
        "spam",
        Finding("redirecting_url", "The author's address leads through a redirect or shortener."),
        lambda reading, row: _kind(reading, row) in (HostKind.REDIRECT, HostKind.SHORTENER),
    ),
    (
        "author_url",
        "spam",
        Finding("author_url", "The author's address resembles addresses in spam."),
        lambda reading, row: reading.addresses[row] is not None,
    ),
    (
        "name_traits",
        "spam",
        Finding("name", "The author's name reads like an advertisement."),
        lambda reading, row: bool(reading.text(Part.NAME)[row]),
    ),
    (
        "obfuscation",
        "spam",
        Finding("disguised", "Letters in it are disguised or invisible."),
        lambda reading, row: bool(reading.changes(Part.CONTENT)[row].any()),
    ),
    (
        "fit",
        "spam",
        Finding("off_topic", "Nothing in it refers to the post."),
        _refers_to_nothing,
    ),
    (
        "fit",
        "ham",
        Finding("on_topic", "It speaks of the post."),
        lambda reading, row: not _refers_to_nothing(reading, row),
    ),
    (
        "text",
        "spam",
        Finding("wording_spam", "Its wording resembles spam."),
        lambda _reading, _row: True,
    ),
    (
        "text",
        "ham",
        Finding("wording_ham", "Its wording resembles readers' comments."),
        lambda _reading, _row: True,
    ),
)
_TEXT_GROUPS = ("grams", "words", "pairs")


def find(features: Features, table: NDArray[np.float32]) -> list[tuple[Finding, ...]]:
    """Return at most five findings for each comment, the largest share of the logit first."""
    shares = _group_shares(features, table)
    result = []
    for row in range(features.reading.rows):
        found = []
        taken = set()
        for group, label, finding, check in _CHECKS:
            share = shares[group][row] if label == "spam" else -shares[group][row]
            if group not in taken and share >= LEAST_SHARE and check(features.reading, row):
                taken.add(group)
                found.append((share, finding))
        found.sort(key=lambda pair: -pair[0])
        result.append(tuple(finding for _, finding in found[:MOST_FINDINGS]))
    return result


def _group_shares(features: Features, table: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    """Return what each group adds to each logit; `text` is n-grams, words and pairs together."""
    names = {group for group, *_ in _CHECKS}
    shares = {name: np.zeros(features.reading.rows) for name in names}
    for found in features.occurrences:
        group = "text" if found.group in _TEXT_GROUPS else found.group
        if group in shares:
            shares[group] += found.sums(table)
    return shares
