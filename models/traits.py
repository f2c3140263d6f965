"""Traits of one comment: hashed numbers for its links, address, name, markup, shape and fit.

Each group is a function from a `Row` to hashes. A numbered trait is its salt plus a small step;
a named one is a CRC that starts from its salt.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from models.contact import gives_phone, signs_with_site
from models.hashing import salt
from models.links import Address, HostKind, Link, host_kind, parse_address, title_of
from models.offer import OFFERS, offer_of

# Links and path words read of one comment; the rest of a link farm says nothing new.
_MOST_LINKS = 12
_MOST_WORDS = 12

MARKUP = {
    "[": ("[url", "[link", "[img", "[b]", "[/"),
    "]": ("](",),
    "`": ("```",),
    "*": ("**",),
    ";": ("();", "};"),
    "=": ("=>", "href=", "target=", "rel="),
    "<": ("</", "<a "),
}
"""Signs of markup and code, by a character that each holds."""

_NAME_LINK = re.compile(r"//|www\.|\[a |\[url|\.(?:com|net|org|info|biz|ru|co|io|in|us|xyz)\b")
_NAME_PART = re.compile(r"[^\W\d_]{3,}")
_DIGITS = re.compile(r"\d")
_CAPITALS = bytes(range(65, 91))
_FIGURES = bytes(range(48, 58))
_MARKS = bytes([*range(33, 48), *range(58, 65), *range(91, 97), *range(123, 127)])
# The first byte of a letter in UTF-8 tells its script well enough; the last stands for signs.
_SCRIPTS = tuple(
    bytes(range(low, high))
    for low, high in (
        *((97, 123), (0xC2, 0xCD), (0xCD, 0xD0), (0xD0, 0xD6), (0xD6, 0xD8), (0xD8, 0xE0)),
        *((0xE0, 0xE3), (0xE3, 0xEA), (0xEA, 0xEE), (0xEE, 0x100)),
    )
)

_S = {
    name: salt(name)
    for name in (
        *("host", "top", "kind", "depth", "path", "written", "first", "ends", "share", "inside"),
        *("hyphens", "digits", "labels", "name in host", "name", "name words", "name length"),
        *("name digits", "name case", "name link", "markup", "length", "length by links", "words"),
        *("letters", "capitals", "figures", "marks", "exclaims", "asks", "script", "scripts"),
        *("changed", "fit", "fit by length", "fit share", "titled", "phone", "signature"),
        *("name by length", "name by kind", "address by length", "address by top"),
    )
}
_IN_LINK, _IN_URL, _IN_NAME = 1, 2, 3
_KINDS = {kind: number for number, kind in enumerate(HostKind, 1)}


@dataclass(slots=True)
class Row:
    """One comment of a reading, with what its traits are read off."""

    raw: str
    raw_name: str
    text: str
    name: str
    url: str
    address: Address | None
    title: str
    excerpt: str
    links: list[Link]
    changes: Sequence[Sequence[int]]
    marks: Sequence[str]
    count: int
    words: frozenset[int]
    title_words: frozenset[int]
    excerpt_words: frozenset[int]


def _steps(count: int) -> int:
    """Cut a count into steps: 0, 1, 2, 3, 4-5, 6-8, 9-14, 15-29, 30 and more."""
    if count < 4:
        return count
    return 4 + (count > 5) + (count > 8) + (count > 14) + (count > 29)


def _share_steps(part: int, whole: int) -> int:
    """Cut a share into steps that widen: each twice the one before, from half a percent."""
    return (200 * part // whole).bit_length() if whole else 0


@lru_cache(maxsize=4096)
def _address(place: int, address: Address) -> tuple[int, ...]:
    """Return the traits of an address, apart for link, author's URL and name."""
    registered = address.registered
    hashes = [
        crc32(registered.encode(), _S["host"] + place),
        crc32(address.top.encode(), _S["top"] + place),
        crc32(host_kind(address).encode(), _S["kind"] + place),
        _S["depth"] + 16 * place + _steps(address.depth),
    ]
    if registered != address.host:
        hashes.append(crc32(address.host.encode(), _S["host"] + place))
    hashes += [crc32(word.encode(), _S["path"] + place) for word in address.words[:_MOST_WORDS]]
    return tuple(hashes)


def links(row: Row) -> list[int]:
    """Return traits of the links in the text, each once: readers give sources, too."""
    if not row.links:
        return []
    hashes: list[int] = []
    for link in row.links[:_MOST_LINKS]:
        hashes += _address(_IN_LINK, link.address)
        hashes.append(crc32(link.kind.encode(), _S["written"]))
    size = len(row.text)
    covered = sum(link.end - link.start for link in row.links)
    inside = any(row.text[max(0, link.start - 1) : link.start].isalnum() for link in row.links)
    hashes.append(_S["first"] + 4 * row.links[0].start // size)
    hashes.append(_S["ends"] + (size - row.links[-1].end < 3))
    hashes.append(_S["share"] + 8 * covered // size)
    hashes.append(_S["inside"] + inside)
    hashes += {
        _S["titled"] + titled
        for link in row.links[:_MOST_LINKS]
        if (titled := title_of(row.text, link))
    }
    return list(dict.fromkeys(hashes))


def author_url(row: Row) -> list[int]:
    """Return traits of the author's URL, and whether the name stands in its host."""
    address = row.address
    if address is None:
        return []
    host = address.host
    hashes = [
        *_address(_IN_URL, address),
        _S["hyphens"] + _steps(host.count("-")),
        _S["digits"] + (_DIGITS.search(host) is not None),
        _S["labels"] + _steps(host.count(".")),
    ]
    if row.name:
        parts = _NAME_PART.findall(row.name)
        inside = _inside(parts, host)
        hashes.append(_S["name in host"] + 16 * _steps(inside) + _steps(len(parts)))
    return hashes


def _inside(parts: list[str], host: str) -> int:
    return sum(part in host for part in parts)


def name_traits(row: Row) -> list[int]:
    """Return traits of the author's name: itself, its length, digits, case, and a link in it."""
    name, raw = row.name, row.raw_name
    if not name:
        return []
    hashes = [
        crc32(name.encode(), _S["name"]),
        _S["name words"] + _steps(name.count(" ") + 1),
        _S["name length"] + len(name) // 8,
        _S["name digits"] + (_DIGITS.search(name) is not None),
        _S["name case"] + _case(raw),
    ]
    if _NAME_LINK.search(name):
        hashes.append(_S["name link"])
        if address := parse_address(name):
            hashes += _address(_IN_NAME, address)
    return hashes


def _case(raw: str) -> int:
    return 4 * raw.istitle() + 2 * raw.islower() + raw.isupper()


def author(row: Row) -> list[int]:
    """Return what name, address, length and links are taken together.

    Readers have home pages, lower-case names and short praise, too; hardly one has all of them.
    """
    hashes: list[int] = []
    size = 16 * (len(row.text.encode()).bit_length() // 2) + _steps(len(row.links))
    name = 8 * min(row.name.count(" ") + 1, 4) + _case(row.raw_name) if row.name else 0
    if name:
        hashes.append(_S["name by length"] + 256 * name + size)
    if not row.url:
        return hashes
    kind = depth = inside = 0
    if address := row.address:
        kind, depth = _KINDS[host_kind(address)], min(address.depth, 3)
        inside = min(_inside(_NAME_PART.findall(row.name), address.host), 2)
        seen = 64 * kind + 16 * min(address.host.count("-"), 2) + depth
        hashes.append(crc32(address.top.encode(), _S["address by top"] + seen))
    hashes.append(_S["name by kind"] + 64 * name + 16 * inside + kind)
    hashes.append(_S["address by length"] + 256 * (16 * depth + kind) + size)
    return hashes


def markup(row: Row) -> list[int]:
    """Return which kinds of markup the text holds."""
    return [crc32(mark.encode(), _S["markup"]) for mark in row.marks if mark in row.text]


def contact(row: Row) -> list[int]:
    """Return which ways to be reached the text offers beside its links, and whether it has those."""
    hashes: list[int] = []
    links = min(len(row.links), 2)
    if gives_phone(row.text):
        hashes.append(_S["phone"] + links)
    if signs_with_site(row.text):
        hashes.append(_S["signature"] + links)
    return hashes


def shape(row: Row) -> list[int]:
    """Return traits of length, link count, capitals, digits, punctuation, shouting, asking."""
    raw, data = row.raw.encode("utf-8", "replace"), row.text.encode()
    size, words = len(data), row.count
    length = (size * size).bit_length()
    return [
        _S["length"] + length,
        _S["length by links"] + 64 * _steps(len(row.links)) + length // 2,
        _S["words"] + words.bit_length(),
        _S["letters"] + min(size // (words or 1), 15),
        _S["capitals"] + _share_steps(len(raw) - len(raw.translate(None, _CAPITALS)), len(raw)),
        _S["figures"] + _share_steps(size - len(data.translate(None, _FIGURES)), size),
        _S["marks"] + _share_steps(size - len(data.translate(None, _MARKS)), size),
        _S["exclaims"] + _steps(data.count(b"!")),
        _S["asks"] + _steps(data.count(b"?")),
    ]


def offer(row: Row) -> list[int]:
    """Return what the comment offers to be clicked; only sources unseen weigh it."""
    return [OFFERS[offer_of(bool(row.links), bool(row.url))]]


def _script(text: str) -> int:
    """Return the number of the script of most letters, 0 being Latin; -1 for no letters."""
    if text.isascii():
        return 0 if text.upper() != text else -1
    data = text.encode()
    counts = [len(data) - len(data.translate(None, script)) for script in _SCRIPTS]
    most = max(counts)
    return counts.index(most) if most else -1


def script(row: Row) -> list[int]:
    """Return the script of the text, and of text and post together."""
    own = _script(row.text)
    hashes = [_S["script"] + own + 1]
    if row.title or row.excerpt:
        hashes.append(_S["scripts"] + 16 * (own + 1) + _script(row.title + row.excerpt) + 1)
    return hashes


def obfuscation(row: Row) -> list[int]:
    """Return what had to be undone to read the text and the name."""
    return [
        _S["changed"] + 1024 * part + 32 * column + _steps(count)
        for part, changes in enumerate(row.changes)
        for column, count in enumerate(changes)
        if count
    ]


def fit(row: Row) -> list[int]:
    """Return how many words of weight the text shares with title and excerpt, by length."""
    hashes: list[int] = []
    if not row.title_words and not row.excerpt_words:
        return hashes
    length = len(row.text).bit_length()
    for place, words in enumerate((row.title_words, row.excerpt_words)):
        if words:
            common = len(row.words & words)
            hashes.append(_S["fit"] + 16 * place + _steps(common))
            hashes.append(_S["fit by length"] + 256 * place + 16 * length + _steps(common))
            hashes.append(_S["fit share"] + 16 * place + _share_steps(common, len(row.words)))
    return hashes


TRAITS: dict[str, Callable[[Row], list[int]]] = {
    "links": links,
    "author_url": author_url,
    "name_traits": name_traits,
    "author": author,
    "markup": markup,
    "contact": contact,
    "shape": shape,
    "offer": offer,
    "script": script,
    "obfuscation": obfuscation,
    "fit": fit,
}
"""The groups of traits, in the order in which features hold them."""
