"""Named traits of a comment, hashed by name: links, addresses, name, markup, fit to the post."""

import re
from collections.abc import Callable, Collection, Iterator
from zlib import crc32

import numpy as np

from models.hashing import bucket
from models.links import Address, Link, host_kind, parse_address
from models.occurrences import Occurrences
from models.reading import Part, Reading
from models.text import CHANGES

_MARKUP = (
    ("bbcode", re.compile(r"\[(?:url|link|img|b|i)\b")),
    ("anchor", re.compile(r"\[a ")),
    ("html", re.compile(r"</?[a-z]+[ />]")),
    ("markdown", re.compile(r"\]\(|```|\*\*")),
    ("rel", re.compile(r"\brel=|\btarget=")),
    ("mask", re.compile(r"@ ")),
)
_NAME_LINK = re.compile(r"https?:|www\.|\[a |\[url|\.(?:com|net|org|info|biz|ru|co|io|in|us|xyz)\b")


def _steps(count: int) -> str:
    """Name a count coarsely: 0, 1, 2, 3+, 5+, 10+."""
    for least in (10, 5, 3):
        if count >= least:
            return f"{least}+"
    return str(count)


def _address_tokens(prefix: str, address: Address) -> Iterator[str]:
    yield f"{prefix}host:{address.host}"
    if address.registered != address.host:
        yield f"{prefix}host:{address.registered}"
    yield f"{prefix}top:{address.top}"
    yield f"{prefix}kind:{host_kind(address)}"
    yield f"{prefix}depth:{_steps(address.path.strip('/').count('/') + (len(address.path) > 1))}"
    for word in address.words[:20]:
        yield f"{prefix}path:{word}"


def _links(reading: Reading, row: int) -> Iterator[str]:
    links = reading.links[row]
    yield f"links:{_steps(len(links))}"
    for link in links[:20]:
        yield from _address_tokens("link/", link.address)
        yield f"link/kind:{link.kind}"
    if links:
        yield from _placement(reading.text(Part.CONTENT)[row], links)


def _placement(text: str, links: list[Link]) -> Iterator[str]:
    size = len(text) or 1
    yield f"link/first:{int(4 * links[0].start / size)}"
    yield f"link/ends:{size - links[-1].end < 3}"
    covered = sum(link.end - link.start for link in links)
    yield f"link/share:{int(8 * min(covered / size, 1))}"
    inside = any(text[max(0, link.start - 1) : link.start].isalnum() for link in links)
    yield f"link/inside_word:{inside}"


def _author_url(reading: Reading, row: int) -> Iterator[str]:
    address = reading.addresses[row]
    if address is None:
        return
    yield from _address_tokens("url/", address)
    yield f"url/hyphens:{_steps(address.host.count('-'))}"
    yield f"url/digits:{any(map(str.isdigit, address.host))}"
    yield f"url/labels:{len(address.labels)}"
    if name := reading.text(Part.NAME)[row]:
        parts = re.findall(r"[^\W\d_]{3,}", name)
        inside = sum(part in address.host or part in address.path for part in parts)
        yield f"url/name:{_steps(inside)}/{_steps(len(parts))}"


def _name_traits(reading: Reading, row: int) -> Iterator[str]:
    name = reading.text(Part.NAME)[row]
    if not name:
        return
    yield f"name:{name}"
    yield f"name/words:{_steps(len(name.split()))}"
    yield f"name/length:{len(name) // 8}"
    yield f"name/link:{_NAME_LINK.search(name) is not None}"
    yield f"name/digits:{any(map(str.isdigit, name))}"
    original = (reading.comments[row].author.name or "").strip()
    yield f"name/case:{original.istitle()}{original.islower()}{original.isupper()}"
    if address := parse_address(name):
        yield from _address_tokens("name/", address)


def _markup(reading: Reading, row: int) -> Iterator[str]:
    text = reading.text(Part.CONTENT)[row]
    for name, pattern in _MARKUP:
        if pattern.search(text):
            yield f"markup:{name}"


def _obfuscation(reading: Reading, row: int) -> Iterator[str]:
    for part in (Part.CONTENT, Part.NAME):
        for change, count in zip(CHANGES, reading.changes(part)[row].tolist(), strict=True):
            if count and change != "entities":
                yield f"{part.name}/{change}:{_steps(count)}"


def _shape(reading: Reading, row: int) -> Iterator[str]:
    text = reading.text(Part.CONTENT)[row]
    yield f"length:{len(text).bit_length()}"
    yield f"length/links:{len(text).bit_length()}/{_steps(len(reading.links[row]))}"
    yield f"exclaims:{_steps(text.count('!'))}"
    yield f"asks:{_steps(text.count('?'))}"


def _fit(reading: Reading, row: int) -> Iterator[str]:
    title = set(re.findall(r"\w{4,}", reading.text(Part.TITLE)[row]))
    excerpt = set(re.findall(r"\w{4,}", reading.text(Part.EXCERPT)[row]))
    if not title and not excerpt:
        return
    text = reading.text(Part.CONTENT)[row]
    words = set(re.findall(r"\w{4,}", text[:5000]))
    length = len(text).bit_length()
    if title:
        yield f"fit/title:{_steps(len(title & words))}"
        yield f"fit/title:{_steps(len(title & words))}/{length}"
    if excerpt:
        yield f"fit/excerpt:{_steps(len(excerpt & words))}"
        yield f"fit/excerpt:{_steps(len(excerpt & words))}/{length}"


_TRAITS: dict[str, tuple[Callable[[Reading, int], Iterator[str]], Part, float]] = {
    "links": (_links, Part.CONTENT, 0.35),
    "author_url": (_author_url, Part.URL, 0.35),
    "name_traits": (_name_traits, Part.NAME, 0.35),
    "markup": (_markup, Part.CONTENT, 0.35),
    "obfuscation": (_obfuscation, Part.CONTENT, 0.35),
    "shape": (_shape, Part.CONTENT, 0.35),
    "fit": (_fit, Part.CONTENT, 0.35),
}

TOKEN_GROUPS = tuple(_TRAITS)
"""The groups of named traits."""


def token_occurrences(reading: Reading, groups: Collection[str]) -> list[Occurrences]:
    """Hash the named traits of each comment, group by group."""
    found = []
    for group, (traits, part, weight) in _TRAITS.items():
        if group not in groups:
            continue
        hashes: list[int] = []
        bounds = [0]
        for row in range(reading.rows):
            hashes += [crc32(token.encode("utf-8", "replace")) for token in traits(reading, row)]
            bounds.append(len(hashes))
        edges = np.array(bounds)
        places = bucket(np.array(hashes, np.uint32))[np.newaxis]
        scale = np.full(reading.rows, weight, np.float32)
        found.append(Occurrences(group, part, places, edges[:-1], edges[1:], scale))
    return found
