"""Spun texts as they are sent: bare, under an advertisement's name, or signed in the text."""

import random
from collections.abc import Sequence

from models.comment import Author, Comment

_SEED = 20261201
_LEADINGS = (
    "Here is my", "Also visit my", "Feel free to visit my", "Feel free to surf to my", "Look at my",
    "Take a look at my", "Check out my", "Visit my", "Stop by my", "my", "My", "Look into my",
)  # fmt: skip
_SITES = (
    "web page", "webpage", "website", "web site", "web-site", "site", "blog", "weblog", "web blog",
    "homepage", "page", "blog post",
)  # fmt: skip
_SEPARATORS = (" - ", " :: ", "; ", " ... ", ": ", " ", ":: ")
_LINKS = (
    "{name}", "{name}", '<a href="{url}">{name}</a>', '<a href="{url}" title="{name}">{name}</a>',
    "[url={url}]{name}[/url]", '[{name}]({url} "{name}")', "[{name}]({url})", "{url}",
)  # fmt: skip
_GAPS = ("\n\n", "\n", "\n\n\n", " ")
_PERSONS = (
    "Anita", "Bernd", "Carla", "Dora", "Edwin", "Felicia", "Georg", "Hilda", "Ines", "Jared",
    "Karin", "Lloyd", "Mona", "Norbert", "Olive", "Petra", "Quentin", "Rhonda", "Sven", "Tonya",
    "Ursula", "Vera", "Wilma", "Yvonne", "Zelda",
)  # fmt: skip
# Of the names over an address; the rest are persons'.
_ADVERTISING = 0.7


def as_sent(text: str, place: int, advertisers: Sequence[Author]) -> Comment:
    """Return a spun text as a comment, in three ways that take turns by its place.

    Names and addresses are those of `advertisers`, all of whom have both; without any it stays bare.
    """
    way = place % 3 if advertisers else 0
    if way == 0:
        return Comment(text)
    chance = random.Random(f"{_SEED} {place} {text}")  # noqa: S311 - repeatable, not secret
    advertiser, person = chance.choice(advertisers), chance.choice(_PERSONS)
    if way == 1:
        name = advertiser.name if chance.random() < _ADVERTISING else person
        return Comment(text, Author(name, url=advertiser.url))
    author = Author(
        chance.choice((person, advertiser.name)), url=chance.choice((None, advertiser.url))
    )
    return Comment(f"{text}{chance.choice(_GAPS)}{_signature(advertiser, chance)}", author)


def _signature(advertiser: Author, chance: random.Random) -> str:
    parts = (chance.choice(_LEADINGS), " ", chance.choice(_SITES), chance.choice(_SEPARATORS))
    link = chance.choice(_LINKS).format(name=advertiser.name, url=advertiser.url)
    return "".join(parts) + link
