"""Links in a text, in a name or in an address field, and what can be read off an address."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class LinkKind(StrEnum):
    """How a link is written."""

    BARE = "bare"
    ANCHOR = "anchor"
    BBCODE = "bbcode"


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
    def depth(self) -> int:
        """How many parts the path has."""
        return self.path.strip("/").count("/") + (len(self.path) > 1)

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

    def moved(self, distance: int) -> "Link":
        """Return the same link, so many characters further on."""
        return Link(self.start + distance, self.end + distance, self.address, self.kind)


_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gen", "go", "gov", "ne", "net", "or", "org"})
_PATH_WORD = re.compile(r"[^\W\d_]{2,30}")
_TOPS = (
    "net|org|info|biz|ru|cn|xyz|top|online|site|shop|store|club|vip|website|space|pro|live|"
    "life|link|click|icu|blog|app|dev|io|co|us|uk|de|pl|ua|su|tk|ml|cf|gq|pw|cc|ws|eu|br|jp|kz|"
    "ro|hu|cz|sk|gr|nl|fr|ch|ca|au|nz|vn|kr|tw|pt|mx|cl|za|lt|lv|bg|tv"
)
_REST = r"[^\s<>\"'\[\]()\0]"
# Each pattern begins with letters of its own: the search for those is many times quicker.
_SCHEMED = re.compile(rf"://{_REST}{{2,2000}}")
_WWW_LED = re.compile(rf"www\.{_REST}{{2,2000}}")
# `system.io.path` and `log.info(` go on as code does.
_BARE = re.compile(rf"\.(?:com(?![\w-])|(?:{_TOPS})(?![\w(-]|\.[^\W\d_]))(?:/{_REST}{{0,500}})?")
_HOST_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.-"
_SCHEME = re.compile(r"\s*(?:h(?:tt|xx)ps?[:;]\s?/{0,2})?(?://)?", re.IGNORECASE)
_PORT = re.compile(r"^:\d*")
_WWW = re.compile(r"^www\d?\.")
_HOST = re.compile(r"[^/?#:\s\\]+")
_SCHEMES = ("https", "http", "hxxps", "hxxp", "ftp")
_TRAIL = ".,;:!?*_~|`"
_LONGEST_TITLE = 300


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SHORTENERS = _named(
    "bit.ly t.co goo.gl tinyurl.com ow.ly is.gd buff.ly adf.ly tiny.cc cutt.ly rb.gy shorturl.at "
    "j.mp su.pr x.co lnkd.in t.ly rebrand.ly bl.ink s.id v.gd clck.ru vk.cc wp.me youtu.be"
)
_FREE_BLOGS = _named(
    "blogspot.com wordpress.com weebly.com wixsite.com tumblr.com livejournal.com jimdo.com "
    "webs.com typepad.com blog.com over-blog.com skyrock.com squidoo.com hubpages.com "
    "blogger.com medium.com sites.google.com yolasite.com ning.com narod.ru ucoz.ru "
    "blogg.se bravesites.com angelfire.com tripod.com webnode.com strikingly.com "
    "substack.com"
)
_SOCIAL = _named(
    "facebook.com twitter.com linkedin.com github.com youtube.com instagram.com google.com "
    "plus.google.com stackoverflow.com about.me gravatar.com reddit.com mastodon.social x.com "
    "github.io gitlab.com flickr.com pinterest.com vk.com t.me disqus.com myspace.com"
)
# Names of products and of things in code that look like hosts, and that machines make links of.
_PRODUCTS = _named(
    "asp.net vb.net ado.net vs.net json.net ml.net dot.net paint.net microsoft.net system.net "
    "system.io socket.io"
)
_CODE = _named(
    "this self window document console logger log event request response req res props state "
    "object array math node"
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
    scheme = _SCHEME.match(text)
    match = _HOST.match(text, scheme.end() if scheme else 0)
    if match is None:
        return None
    host = _WWW.sub("", match[0].rpartition("@")[2].strip(".").lower())
    return Address(host, _PORT.sub("", text[match.end() :])) if "." in host else None


def find_links(text: str) -> list[Link]:
    """Find the links of a normalised text, or of several with gaps between them, in order."""
    found = [_tailed(text, match) for match in _BARE.finditer(text)]
    for leading in (_SCHEMED, _WWW_LED):
        found += [_whole(text, match) for match in leading.finditer(text)]
    links: list[Link] = []
    if not found:
        return links
    for link in sorted(
        (link for link in found if link is not None), key=lambda link: (link.start, -link.end)
    ):
        if not links or link.start >= links[-1].end:
            links.append(link)
    return links


def title_of(text: str, link: Link) -> int:
    """Return 1 for a link with a title, as Markdown writes it, 2 for a title that repeats its words."""
    if not (text.startswith("](", link.start - 2) and text.startswith(' "', link.end)):
        return 0
    closing = text.find('"', link.end + 2, link.end + 2 + _LONGEST_TITLE)
    if closing < 0:
        return 0
    opening = text.rfind("[", max(0, link.start - 2 - _LONGEST_TITLE), link.start - 2)
    return 1 + (text[link.end + 2 : closing] == text[opening + 1 : link.start - 2])


@lru_cache(maxsize=4096)
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
    """Read a link that was noticed by `://` or `www.`, with the scheme before it."""
    end = match.start() + len(match[0].rstrip(_TRAIL))
    before = text[max(0, match.start() - 5) : match.start()]
    scheme = next((name for name in _SCHEMES if before.endswith(name)), "")
    start = match.start() - len(scheme)
    address = parse_address(text[match.start() : end].removeprefix("://"))
    if address is None or _is_product(address):
        return None
    return Link(start, end, address, _kind(text, start))


def _tailed(text: str, match: re.Match[str]) -> Link | None:
    """Read a link that was noticed by its top-level domain, and find where its host begins."""
    before = text[max(0, match.start() - 80) : match.start()]
    head = before[len(before.rstrip(_HOST_LETTERS)) :]
    if not head.strip(".-"):
        return None
    written = match[0].rstrip(_TRAIL)
    address = parse_address(f"{head.strip('.-')}.{written.lstrip('.')}")
    if address is None or _is_product(address) or address.labels[0] in _CODE:
        return None
    start = text.rindex(head, 0, match.start())
    return Link(start, match.start() + len(written), address, LinkKind.BARE)


def _is_product(address: Address) -> bool:
    return address.host in _PRODUCTS and address.path in {"", "/"}


def _kind(text: str, start: int) -> LinkKind:
    """Tell how the link at `start` is written, by what stands before it."""
    before = text[max(0, start - 8) : start]
    if before.endswith("[a ") or "href" in before:
        return LinkKind.ANCHOR
    if "[url" in before or "[link" in before or before.endswith("]("):
        return LinkKind.BBCODE
    return LinkKind.BARE
