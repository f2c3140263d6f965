"""What the load generators write: readers' sentences of everyday words and sellers' lists, no two alike.

With the bundle that we ship, about a sixth of them is held, a tenth rejected, the rest approved; on the
blogs that it was judged by a fifth is held. Strings of random words would be held half of the time,
which makes more work for queue and evidence than people's comments do.
"""

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PHRASES: Final = (
    "thanks for the part about the {n}, my {a} {n} never did that",
    "I had the same trouble with a {a} {n} until I took the {n} apart",
    "does this also work for a {a} {n}, or only with the {n}",
    "the {n} in the second picture looks just like the one my father kept beside the {a} {n}",
    "we went there in {a} weather and the {n} was closed, so we walked to the {n} instead",
    "I disagree about the {a} {n}: ours has lasted eleven years without a new {n}",
    "you forgot to say that the {n} needs a {a} {n} first",
    "can somebody explain why the {n} comes before the {a} {n}",
    "my neighbour says the {a} {n} was moved when they rebuilt the {n}",
    "I tried it on the {n} yesterday and it failed at the step with the {a} {n}",
    "that {a} {n} reminds me of what you wrote about the {n} in spring",
    "it took me three evenings, mostly because the {n} did not fit the {a} {n}",
    "please write more about the {n} and the {a} {n}",
    "the link to the {n} is dead, but I found the {a} {n} elsewhere",
    "is there a reason to prefer the {n} over a {a} {n}",
    "after reading this I looked at our {n} again, and the {a} {n} is indeed on the wrong side",
)
NOUNS: Final = _words(
    "post theme plugin update server question example garden recipe bread tomato winter "
    "summer train bicycle photo lens novel chapter teacher school village harbour coast storm "
    "kettle timber paint corner window morning evening bridge river engine cable battery "
    "database browser script keyboard screen tent trail museum festival market kitchen "
    "orchard violin piano lecture budget ticket station ferry island valley tunnel roof "
    "chimney cellar stove carpet curtain ladder hammer drill saw wheel brake saddle pedal"
)
ADJECTIVES: Final = _words(
    "old new small heavy quiet strange cheap wooden broken second last first local early late "
    "long short plain narrow cold warm wet dry slow quick dark bright clean rusty careful "
    "simple"
)
SELLER: Final = _words(
    "cheap best buy order casino bonus loan credit pills watches replica seo traffic "
    "backlinks crypto profit guaranteed discount free shipping click visit website online now "
    "today winner"
)
NAMES: Final = _words(
    "Ada Ben Clara David Emma Felix Greta Hugo Ines Jan Karin Leo Mara Nils Olga Paul Rosa "
    "Sven Tara Udo"
)

# A fifth of what comes is spam; it sells and it links.
SPAM_SHARE: Final = 0.2
TITLE: Final = "How the harbour was rebuilt"
EXCERPT: Final = "A year of work on the coast."

_SLOT: Final = re.compile(r"{([an])}")


def comment(source: random.Random) -> dict[str, object]:
    """Return one comment in the API's shape, about 270 characters long."""
    who = source.randrange(10**9)
    author = {"name": source.choice(NAMES), "email": f"reader{who}@example.org", "ip": "192.0.2.7"}
    post = {"title": TITLE, "excerpt": EXCERPT}
    return {"content": text(source, is_spam(source)), "author": author, "post": post}


def is_spam(source: random.Random) -> bool:
    """Draw whether the next comment is spam."""
    return source.random() < SPAM_SHARE


def text(source: random.Random, sells: bool) -> str:
    """Return the words of a seller or of a reader."""
    if not sells:
        return " ".join(_sentence(source) for _ in range(source.randint(2, 5)))
    wares = " ".join(source.choices(SELLER, k=source.randint(15, 40)))
    link = f"http://{source.choice(SELLER)}-{source.randrange(10**6)}.example.com/"
    return f"{_sentence(source)} {wares} {link}"


def _sentence(source: random.Random) -> str:
    words = {"a": ADJECTIVES, "n": NOUNS}
    said = _SLOT.sub(lambda slot: source.choice(words[slot[1]]), source.choice(PHRASES))
    return f"{said[0].upper()}{said[1:]}{source.choice('.!?')}"


def lua_script(template: str, values: dict[str, object], path: Path) -> None:
    """Write the same generator for wrk; at the end it prints its figures as one JSON line."""
    folder = Path(__file__).parent
    script = "\n".join((folder / name).read_text() for name in ("words.lua", template))
    given = {
        "SEED": random.SystemRandom().randrange(2**31),
        "PHRASES": PHRASES,
        "NOUNS": NOUNS,
        "ADJECTIVES": ADJECTIVES,
        "SELLER": SELLER,
        "NAMES": NAMES,
        "SPAM": SPAM_SHARE,
        "TITLE": TITLE,
        "EXCERPT": EXCERPT,
        **values,
    }
    for name, value in given.items():
        script = script.replace(f"${name}", _lua(value))
    path.write_text(script)


def _lua(value: object) -> str:
    shown = json.dumps(value)
    return "{" + shown[1:-1] + "}" if isinstance(value, Sequence) and shown[0] == "[" else shown
