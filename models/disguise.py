"""Words and hosts in disguise that a person still reads, folded to what they stand for.

Of text in lower case: `c4s1no` and `c-a-s-i-n-o` become `casino`, `example (dot) com` and
`hxxp://example[.]com` become links. Hardly a text holds any, so letters are made
alike, a few bytes looked for, and only what stands around them is read.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from models.rewriting import Rewriter

CHANGES = ("leet", "spaced", "hosts")
"""What is folded here, and counted."""

_SIGNS = "0134578@$!"
_LETTER = ord("a")
_LETTERS = str.maketrans(_SIGNS, "oieastbasi")
# What letters are held apart by becomes a space; a question mark stands for all beyond ASCII.
_KINDS = bytes(
    97 if chr(k).isalpha() or k == 63
    else 48 if chr(k) in _SIGNS
    else 32 if chr(k) in ".-_*"
    else 41 if chr(k) in "]}"
    else k
    for k in range(128)
) + bytes(128)  # fmt: skip
# Searching is quickest for what begins or ends with something rare.
_LEET_SIGN = re.compile(b"00?(?=a)")
_SPACED_SIGN = b"a a a "
_CLOSING = re.compile(r"(?:dot|\.)[ ]?[)\]}]")
_FREE_SIGNS = (" dot ", " . ")
# Bytes before a sign in which a word or a host begins, and after it in which a host ends.
_BEFORE, _AFTER = 64, 160
# Four signs and more with one that stands between letters; no hash, no address, no identifier.
_LEET = re.compile(
    rf"(?<![\w./@=&#?+$!-])(?=[a-z{_SIGNS}]{{4}})(?![\da-f]++(?![a-z{_SIGNS}]))"
    r"(?:[a-z\d@$]|!(?=[a-z]))++(?![\w@$/=&#-]|[!.:]\w)"
)
# Four letters and more, held apart by one and the same sign.
_SPACED = re.compile(
    r"(?<![\w/.@$!-])[^\W\d_]([ .\-_*])[^\W\d_](?:\1[^\W\d_]){2,}(?![\w/@$]|[!.-][\w/])"
)
_LABEL = r"[a-z\d][a-z\d-]{0,62}"
_BRACKETED = r"[ ]?[(\[{][ ]?(?:dot|\.)[ ]?[)\]}][ ]?"
_FREE = r"[ ](?:dot|\.)[ ]"
# Top-level domains that are no word of a language in which sentences end before them.
_SURE_TOPS = (
    "com", "net", "org", "info", "biz", "edu", "gov", "xyz", "ru", "cn", "io", "eu", "de", "pl",
    "uk", "ro", "hu", "ph", "vn", "br", "fr", "nl", "cz", "jp", "kr", "tw", "hk", "sg", "ua", "kz", "gr",
    "pt", "mx", "nz", "pk", "bd", "lk", "tv", "ws", "gg",
)  # fmt: skip
# Nobody puts a dot into brackets but for a host.
_ANY_TOP = r"[a-z]{2,12}"
_GOES_ON = rf"{_BRACKETED}|{_FREE}(?:{'|'.join(_SURE_TOPS)})(?![\w-])"
_HOSTS = re.compile(
    "|".join(
        rf"(?<![\w./@$!-])(?:h(?:tt|xx)ps?://)?{_LABEL}(?:(?:\.|{odd}){_LABEL}){{0,5}}?{odd}"
        rf"(?:{_LABEL}\.){{0,3}}(?:{top})(?![\w-]|:/|{_GOES_ON})"
        for odd, top in ((_BRACKETED, _ANY_TOP), (_FREE, "|".join(_SURE_TOPS)))
    )
    + r"|(?<!\w)hxxp(?=s?://)"
)
_ODD = re.compile(f"{_BRACKETED}|{_FREE}")
_AT = ("@", " at ", "(at) ", "[at] ", "(at)", "[at]")

Matches = Iterable[re.Match[str]]


def unmask(rewriter: Rewriter) -> None:
    """Fold words and hosts in disguise."""
    alike = rewriter.text.encode("ascii", "replace").translate(_KINDS)
    if b"0" in alike:
        found = list(_leet_words(rewriter.text, alike))
        _replace(rewriter, "leet", found, lambda word: word[0].translate(_LETTERS))
    if _SPACED_SIGN in alike and _SPACED_SIGN + b"a" in alike:
        _replace(
            rewriter,
            "spaced",
            list(_SPACED.finditer(rewriter.text)),
            lambda word: word[0].replace(word[1], ""),
        )
    if places := _host_places(rewriter.text, b")" in alike):
        _replace(rewriter, "hosts", _hosts(rewriter.text, places), _plain_host)


def _replace(
    rewriter: Rewriter,
    change: str,
    found: list[re.Match[str]],
    fold: Callable[[re.Match[str]], str],
) -> None:
    if found:
        rewriter.count_at(change, [match.start() for match in found])
        rewriter.splice([(match.start(), match.end(), fold(match)) for match in found])


def _leet_words(text: str, alike: bytes) -> Iterator[re.Match[str]]:
    """Find the words around the signs that stand between letters, in order."""
    done = 0
    for sign in _LEET_SIGN.finditer(alike):
        place = sign.start()
        if place > done and alike[place - 1] == _LETTER:
            before = alike[max(done, place - _BEFORE) : place]
            start = place - len(before) + len(before.rstrip(b"a0"))
            if match := _LEET.match(text, start):
                done = match.end()
                yield match


def _host_places(text: str, brackets: bool) -> list[int]:
    """Return where signs of a host in disguise stand; a dot between spaces needs a top-level domain."""
    found = [match.start() for match in _CLOSING.finditer(text)] if brackets else []
    if "hxxp" in text:
        found += _places(text, "hxxp")
    for sign in _FREE_SIGNS:
        if sign in text:
            places = _places(text, sign)
            found += [at for at in places if text.startswith(_SURE_TOPS, at + len(sign))]
    return sorted(found)


def _hosts(text: str, places: Iterable[int]) -> list[re.Match[str]]:
    """Find the hosts around such signs, in order."""
    found: list[re.Match[str]] = []
    done = 0
    for place in places:
        if place >= done:
            for match in _HOSTS.finditer(text, max(done, place - _BEFORE), place + _AFTER):
                done = match.end()
                found.append(match)
    return found


def _places(text: str, sign: str) -> Iterator[int]:
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


def _plain_host(match: re.Match[str]) -> str:
    """Write a host as an address; of an e-mail address only the dots.

    With the scheme that links have today: with the other, a link spelt out lost what told it.
    """
    plain = _ODD.sub(".", match[0].replace("hxxp", "http", 1))
    written = plain.startswith("http") or match.string[: match.start()].endswith(_AT)
    return plain if written else f"https://{plain}"
