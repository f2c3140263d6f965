# ruff: noqa: RUF001 - spam is written in letters that look alike
"""Invented comments for the review desk: what readers write, and what arrives instead."""

import random
from typing import Any

POSTS = (
    (
        "Sharpening a chisel without losing your temper",
        "A flat back, a steady angle, and patience.",
    ),
    ("Why our sourdough failed in July", "Warm kitchens change everything about proofing."),
    (
        "Replacing the wheel bearings of a 1978 touring bike",
        "Loose balls, thin grease, cold hands.",
    ),
    ("A week without a phone in the Harz", "Seven days, two blisters, one very good map."),
)

HAM = (
    "I tried the ruler trick on my chisels and it worked. Do you also do it on mortise chisels?",
    "Mine collapsed in July too. A colder overnight rise in the fridge saved the second loaf.",
    "The left cone on mine was pitted. Is there a source for the old size, or did you regrind it?",
    "Danke für die Karte! Wir sind die Strecke im Mai gegangen, der Brocken war im Nebel.",
    "You say 25 degrees, but the stone in the photo looks steeper. Did you add a secondary bevel?",
    "Slight disagreement: grease from the hardware shop has held five winters on my commuter.",
    "Lovely writing. The part about the blisters made me laugh on the train.",
    "What flour was that? With strong white I get no spring at all above 28 degrees.",
    "Thanks, this is the first explanation of preload that I understood. Two turns and no play.",
    "I would add: wear gloves. I still have the scar from learning this the other way.",
)

SPAM = (
    "Best online casino bonus! Claim your 200 free spins now at https://spins.example.net/win",
    "Cheap replica watches with free shipping worldwide, visit http://watches.example.org today!!!",
    "Grеat pоst! I earn $900 a day frоm hоme, ask me hоw: https://t.example.com/earn-fast",
    "Buy followers and likes, instant delivery, 24/7 support >>> https://boost.example.net",
    "Your site ranks badly. Our SEO agency brings you to page one: https://rank.example.org/offer",
    "Get a loan approved in minutes with bad credit, no questions: http://loans.example.com/apply",
    "Buy cheap pills without prescription, discreet shipping https://pills.example.net",
)

UNSURE = (
    "Great post, thanks for sharing! I wrote about the same: https://oldtools.example.org/chisels",
    "Nice article. Very helpful information, keep it up.",
    "I sell hand-forged chisels, happy to answer questions: https://forge.example.com",
    "Thank you for this wonderful information, I will share it with my friends.",
    "We bake this in our shop each Saturday, come by! https://bakery.example.net/saturday",
)

NAMES = (
    "Marta",
    "Jonas W.",
    "Ines",
    "old_spoke",
    "Teodor",
    "Aiko",
    "Bea",
    "Hannes",
    "Priya",
    "Lou",
)
SPAM_NAMES = ("Cheap Watches", "SEO Agency", "Best Casino 2026", "loans4u", "Kayla")

_OPENERS = ("Hello!", "Hi there,", "Good day,", "Greetings,", "Hey,")
_CLOSERS = ("Act now!", "Limited offer.", "Only today!", "Do not miss it.", "See you there!")


def comment(content: str, name: str, post: int = 0, **more: Any) -> dict[str, Any]:
    """One comment in the API's shape."""
    title, excerpt = POSTS[post % len(POSTS)]
    author = {"name": name, "email": f"{name.lower().replace(' ', '.')}@example.org"}
    where = {
        "title": title,
        "excerpt": excerpt,
        "url": f"https://bench.example.org/{post % len(POSTS)}",
    }
    return {"content": content, "author": author | more.pop("author", {}), "post": where, **more}


def single(number: int) -> dict[str, Any]:
    """The number-th of many comments of which no two are alike."""
    draw = random.Random(number)
    words = [draw.choice(WORDS) for _ in range(draw.randint(14, 30))]
    text = f"{draw.choice((*HAM, *UNSURE)).split('.')[0]}. {' '.join(words).capitalize()}."
    return comment(text, f"{draw.choice(NAMES)} {number}", number)


def campaign(number: int) -> dict[str, Any]:
    """The number-th comment of one campaign: the same text with a spin."""
    draw = random.Random(number)
    text = (
        f"{draw.choice(_OPENERS)} our certified experts recover lost crypto wallets and hacked "
        "accounts within one day, no advance payment, thousands of happy clients in every "
        f"country, write to the recovery desk at https://recover.example {draw.choice(_CLOSERS)}"
    )
    author = {"url": "https://recover.example", "email": f"help{number}@recover.example"}
    return comment(text, f"Recovery Desk {number}", number, author=author)


WORDS = """
chisel stone bevel water paper flat edge angle oak pine bench vice plane iron burr strop
flour dough oven crust salt yeast rye crumb fridge bowl heat steam scale morning loaf slice
wheel hub cone axle spoke grease ball race rim tyre brake cable chain gear crank pedal frame
path ridge map rain boot moss cabin lake fog valley stove sleep owl bridge stone birch wind
""".split()  # noqa: SIM905 - a list of quoted words can't be read
