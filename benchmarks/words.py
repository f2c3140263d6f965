"""What the load generator writes: comments of everyday words, no two alike."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_READER: Final = (
    "the a this that my your our some every post page theme plugin update cache server comment "
    "question answer version example garden recipe bread tomato winter summer train bicycle "
    "repair photo lens light paper novel chapter teacher school village harbour coast weather "
    "storm kettle copper timber paint corner window morning evening yesterday quickly slowly "
    "probably never often thanks helped works failed tried found wrote reads looks feels seems "
    "broke fixed agree disagree really only again because although before after where while with"
)
_SELLER: Final = (
    "cheap best buy order casino bonus loan credit pills watches replica seo traffic backlinks "
    "crypto profit guaranteed discount free shipping click visit website online now today winner"
)
READER: Final = tuple(_READER.split())
SELLER: Final = tuple(_SELLER.split())

# A fifth of what comes is spam; it sells and it links.
SPAM_SHARE: Final = 0.2


def comment(source: random.Random) -> dict[str, object]:
    """Return one comment in the API's shape, about 300 characters long."""
    sells = source.random() < SPAM_SHARE
    words = source.choices(READER, k=source.randint(25, 60))
    if sells:
        words[::3] = source.choices(SELLER, k=len(words[::3]))
        words.append(f"http://{source.choice(SELLER)}-{source.randrange(10**6)}.example.com/")
    who = source.randrange(10**9)
    return {
        "content": " ".join(words),
        "author": {"name": f"Reader {who}", "email": f"reader{who}@example.org", "ip": "192.0.2.7"},
        "post": {"title": "How the harbour was rebuilt", "excerpt": "A year of work on the coast."},
    }


def lua_script(keys: Sequence[str], path: Path, seed: int) -> None:
    """Write the same generator for wrk; at the end it prints its figures as one JSON line."""
    text = Path(__file__).with_name("comments.lua").read_text()
    values = {
        "KEYS": tuple(keys),
        "SEED": seed,
        "READER": READER,
        "SELLER": SELLER,
        "SPAM": SPAM_SHARE,
    }
    for name, value in values.items():
        shown = (
            "{" + json.dumps(value)[1:-1] + "}" if isinstance(value, tuple) else json.dumps(value)
        )
        text = text.replace(f"${name}", shown)
    path.write_text(text)
