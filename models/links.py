"""Links in a text, in a name or in an address field, and what can be read off an address."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class LinkKind(StrEnum):
    """How a link is written."""

    BARE = "bare"
    ANCHOR = "anchor"
    BBCODE = "bbcode"
    OBFUSCATED = "obfuscated"


class HostKind(StrEnum):
    """What sort of place an author's address leads to, as far as its spelling tells."""

    PROFILE = "profile"
    REDIRECT = "redirect"
    SHORTENER = "shortener"
    SHOP = "shop"
    FREE_BLOG = "free_blog"
    SOCIAL = "social"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart; `host` without `www.`, port and user."""

    host: str
    path: str

    @property
    def labels(self) -> list[str]:
        """The parts of the host between the dots."""
        return self.host.split(".")

    @property
    def top(self) -> str:
        """The top-level domain."""
        return self.host.rpartition(".")[2]

    @property
    def registered(self) -> str:
        """The part of the host that is bought, by a rule of thumb (`example.co.uk`)."""
        labels = self.labels
        wide = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
        return ".".join(labels[-3:] if wide else labels[-2:])

    @property
    def words(self) -> list[str]:
        """The words of path and query."""
        return _PATH_WORD.findall(self.path)


@dataclass(frozen=True, slots=True)
class Link:
    """A link at characters `start` to `end` of a normalised text."""

    start: int
    end: int
    address: Address
    kind: LinkKind


_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gen", "go", "gov", "ne", "net", "or", "org"})
_PATH_WORD = re.compile(r"[^\W\d_]{2,30}")
_TOPS = (
    "com|net|org|info|biz|ru|cn|xyz|top|online|site|shop|store|club|vip|website|space|pro|live|"
    "life|link|click|icu|blog|app|dev|io|co|us|uk|de|pl|ua|su|tk|ml|cf|gq|pw|cc|ws|eu|br|jp|kz"
)
_FOUND = re.compile(
    r"(?:h(?:tt|xx)ps?[:;]\s?/{1,2}|www\.)[^\s<>\"'\[\]()\0]{2,2000}"
    rf"|(?P<bare>\.(?:{_TOPS})(?![\w-])(?:/[^\s<>\"'\[\]()\0]{{0,500}})?)"
    rf"|(?P<odd>(?:\s?[(\[{{]\s?(?:dot|\.)\s?[)\]}}]\s?|\s(?:dot|\.)\s)(?:{_TOPS})(?![\w-]))"
)
_HOST_TAIL = re.compile(r"[a-z0-9.-]{1,80}$")
_SCHEME = re.compile(r"^\s*(?:h(?:tt|xx)ps?[:;]\s?/{0,2})?(?://)?(?:www\d?\.)?")
_HOST = re.compile(r"[^/?#:\s\\]+")
_TRAIL = ".,;:!?*_~|`"


def _hosts(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SHORTENERS = _hosts(
    "bit.ly t.co goo.gl tinyurl.com ow.ly is.gd buff.ly adf.ly tiny.cc cutt.ly rb.gy shorturl.at "
    "j.mp su.pr x.co lnkd.in t.ly rebrand.ly bl.ink s.id v.gd clck.ru vk.cc wp.me youtu.be"
)
_FREE_BLOGS = _hosts(
    "blogspot.com wordpress.com weebly.com wixsite.com tumblr.com livejournal.com jimdo.com "
    "webs.com typepad.com blog.com over-blog.com skyrock.com squidoo.com hubpages.com "
    "blogger.com medium.com sites.google.com yolasite.com ning.com narod.ru ucoz.ru "
    "blogg.se bravesites.com angelfire.com tripod.com webnode.com strikingly.com "
    "substack.com"
)
_SOCIAL = _hosts(
    "facebook.com twitter.com linkedin.com github.com youtube.com instagram.com google.com "
    "plus.google.com stackoverflow.com about.me gravatar.com reddit.com mastodon.social x.com "
    "github.io gitlab.com flickr.com pinterest.com vk.com t.me disqus.com myspace.com"
)
_PROFILE = re.compile(
    r"profile|/users?/|/members?/|/author/|/people/|/u/|userinfo|viewprofile|memberlist|"
    r"(?:^|[/?&])(?:uid|user_?id|member)=|/~"
)
_REDIRECT = re.compile(
    r"[?&=](?:url|u|q|to|link|goto|go|target|redirect|r|dest)=?(?:https?(?::|%3a)|www\.)|"
    r"https?(?::|%3a)//|redirect|/goto/|/out/"
)
_SHOP = re.compile(
    r"shop|store|cheap|buy|sale|discount|outlet|price|deal|product|cart|pharm|casino|loan|"
    r"escort|essay|replica|jersey|seo|review|poker|slot|insurance|lawyer|rent|repair|service"
)


def parse_address(text: str) -> Address | None:
    """Take an address apart; None when no host can be found in it."""
    rest = text[_SCHEME.match(text).end() :] if text else ""  # type: ignore[union-attr]
    match = _HOST.match(rest)
    if match is None:
        return None
    host = match[0].rpartition("@")[2].strip(".").lower()
    return Address(host, rest[match.end() :]) if "." in host else None


def find_links(text: str) -> list[Link]:
    """Find the links of a normalised text, in order."""
    links = []
    for match in _FOUND.finditer(text) if "." in text or "dot" in text else ():
        link = _tailed(text, match) if match.lastgroup else _whole(text, match)
        if link is not None:
            links.append(link)
    return links


def host_kind(address: Address) -> HostKind:
    """Tell what sort of place an address leads to."""
    for kind, applies in _KINDS:
        if applies(address):
            return kind
    return HostKind.OTHER


def _is_among(hosts: frozenset[str]) -> Callable[[Address], bool]:
    return lambda address: address.registered in hosts or address.host in hosts


_KINDS: tuple[tuple[HostKind, Callable[[Address], bool]], ...] = (
    (HostKind.SHORTENER, _is_among(_SHORTENERS)),
    (HostKind.REDIRECT, lambda address: _REDIRECT.search(address.path) is not None),
    (HostKind.SOCIAL, _is_among(_SOCIAL)),
    (HostKind.FREE_BLOG, _is_among(_FREE_BLOGS)),
    (HostKind.PROFILE, lambda address: _PROFILE.search(address.path) is not None),
    (HostKind.SHOP, lambda address: _SHOP.search(address.host + address.path) is not None),
)


def _whole(text: str, match: re.Match[str]) -> Link | None:
    """Read a link that begins with a scheme or `www.`."""
    written = match[0].rstrip(_TRAIL)
    address = parse_address(written)
    if address is None:
        return None
    return Link(match.start(), match.start() + len(written), address, _kind(text, match.start()))


def _tailed(text: str, match: re.Match[str]) -> Link | None:
    """Read a link that was noticed by its top-level domain, and find where its host begins."""
    head = _HOST_TAIL.search(text[max(0, match.start() - 80) : match.start()])
    if head is None:
        return None
    written = match[0].rstrip(_TRAIL)
    odd = match["odd"] is not None
    top = re.sub(r"[^a-z]", "", written.replace("dot", "")) if odd else written.lstrip(".")
    address = parse_address(f"{head[0].strip('.-')}.{top}")
    if address is None:
        return None
    start = match.start() - len(head[0])
    kind = LinkKind.OBFUSCATED if odd else LinkKind.BARE
    return Link(start, match.start() + len(written), address, kind)


def _kind(text: str, start: int) -> LinkKind:
    """Tell how the link at `start` is written, by what stands before it."""
    before = text[max(0, start - 8) : start]
    if before.endswith("[a ") or "href" in before:
        return LinkKind.ANCHOR
    if "[url" in before or "[link" in before or before.endswith("]("):
        return LinkKind.BBCODE
    return LinkKind.BARE
