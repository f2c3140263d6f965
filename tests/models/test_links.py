import pytest

from models.links import Address, HostKind, LinkKind, find_links, host_kind, parse_address


@pytest.mark.parametrize(
    ("text", "host", "path", "kind"),
    [
        ("see http://www.example.org/a/b?x=1. bye", "example.org", "/a/b?x=1", LinkKind.BARE),
        ("see hxxp://example.org, bye", "example.org", "", LinkKind.BARE),
        ("www.casino.example.com", "casino.example.com", "", LinkKind.BARE),
        ("go to cheap-pills.example.net/buy now", "cheap-pills.example.net", "/buy", LinkKind.BARE),
        ("go to shop.example.co.uk. bye", "shop.example.co.uk", "", LinkKind.BARE),
        ("games on play.example.ro", "play.example.ro", "", LinkKind.BARE),
        ("see https://asp.net/mvc now", "asp.net", "/mvc", LinkKind.BARE),
        ("[a http://x.example.com/p] label", "x.example.com", "/p", LinkKind.ANCHOR),
        ("[url=http://q.example.com/x]y[/url]", "q.example.com", "/x", LinkKind.BBCODE),
        ("[text](https://q.example.com/x)", "q.example.com", "/x", LinkKind.BBCODE),
    ],
)
def test_a_link_is_found_as_written(text: str, host: str, path: str, kind: LinkKind) -> None:
    (link,) = find_links(text)
    assert (link.address, link.kind) == (Address(host, path), kind)
    assert text[link.start : link.end].startswith((host.partition(".")[0], "http", "hxxp", "www"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no link. com on",
        "the depths of . online dating",
        "an anecdote",
        "use .net",
        "http://",
        "the end.",
        "v1.2.3",
        "a@b",
        "asp.net mvc 2",
        "use http://asp.net/ for it",
        "system.io.path and system.net.mail",
        "log.info(found)",
        "this.props.link",
    ],
)
def test_what_is_no_link_is_left_alone(text: str) -> None:
    assert find_links(text) == []


def test_links_come_in_order_and_do_not_overlap() -> None:
    links = find_links("a.example.com http://b.example.com/c.com d.example.com")
    assert [link.address.host[0] for link in links] == ["a", "b", "d"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://bit.ly/x", HostKind.SHORTENER),
        ("https://www.example.org/out?url=http://shop.example.com", HostKind.REDIRECT),
        ("https://github.com/someone", HostKind.SOCIAL),
        ("http://my-loans.blogspot.com", HostKind.FREE_BLOG),
        ("http://forum.example.org/profile.php?id=3", HostKind.PROFILE),
        ("http://cheap-jerseys.example.com", HostKind.SHOP),
        ("https://marta.example.org/", HostKind.OTHER),
    ],
)
def test_the_kind_of_place_is_read_off_the_address(text: str, kind: HostKind) -> None:
    address = parse_address(text)
    assert address is not None
    assert host_kind(address) is kind


def test_an_address_is_taken_apart() -> None:
    address = parse_address("HTTP://me@WWW.shop.example.co.uk:8080/buy-now?x=1")
    assert address == Address("shop.example.co.uk", "/buy-now?x=1")
    assert (address.registered, address.top) == ("example.co.uk", "uk")
    assert address.words == ["buy", "now"]
    assert parse_address("not an address") is None
    assert parse_address("") is None
