"""Attacks on links: hosts spelt out, schemes broken, anchors hidden, so that a person still finds them."""

import random
import re

_SCHEME = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_ANCHOR = re.compile(
    r"<a\s[^>]*?href\s*=\s*[\"']?([^\s\"'>]+)[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL
)
_BBCODE = re.compile(
    r"\[(?:url|link)(?:=([^\]]*))?\](.*?)\[/(?:url|link)\]", re.IGNORECASE | re.DOTALL
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'\[\]()]+", re.IGNORECASE)
_DOTS = (" (dot) ", "(dot)", " [dot] ", "[.]", " dot ", " . ")


def spelt_hosts(text: str, chance: random.Random) -> str:
    """Write `example (dot) com` for every link, anchors included."""
    dot = chance.choice(_DOTS)
    text = _ANCHOR.sub(lambda match: f"{match[2]} {match[1]}", text)
    text = _BBCODE.sub(lambda match: f"{match[2]} {match[1] or ''}", text)
    return _ADDRESS.sub(lambda match: _spelt(match[0], dot), text)


def broken_schemes(text: str, chance: random.Random) -> str:
    """Write `hxxp://` or nothing before a host, and one dot of it in brackets."""
    scheme = chance.choice(("hxxp://", "hxxps://", ""))
    text = _ANCHOR.sub(lambda match: f"{match[2]} {match[1]}", text)
    return _ADDRESS.sub(
        lambda match: scheme + _SCHEME.sub("", match[0]).replace(".", "[.]", 1), text
    )


def hidden_anchors(text: str, chance: random.Random) -> str:
    """Write links as anchors that mark-up makes hard to see: odd case, quotes, attributes."""
    style = chance.choice(
        (
            '<A  HREF = \'{0}\' rel="dofollow" style="text-decoration:none">{1}</A>',
            '<a target=_blank class="x" href={0} >{1}</a >',
            '<div style="font-size:1px"><a href="{0}">{1}</a></div>',
            "<a\nhref='{0}'><font color=white>{1}</font></a>",
        )
    )
    text = _BBCODE.sub(lambda match: style.format(match[1] or match[2], match[2]), text)
    pieces = re.split(r"(<a\s.*?</a\s*>)", text, flags=re.IGNORECASE | re.DOTALL)
    pieces[::2] = [
        _ADDRESS.sub(lambda match: style.format(match[0], "here"), piece) for piece in pieces[::2]
    ]
    pieces[1::2] = [
        _ANCHOR.sub(lambda match: style.format(match[1], match[2]), piece) for piece in pieces[1::2]
    ]
    return "".join(pieces)


def _spelt(address: str, dot: str) -> str:
    """Spell out the dots of a host; the path stays."""
    host, slash, path = _SCHEME.sub("", address).partition("/")
    tail = host[len(host.rstrip(".,;:!?")) :]
    host = host.removesuffix(tail).removeprefix("www.")
    return host.replace(".", dot) + tail + (slash + path if path else "")
