"""Attack by paraphrase: words swapped as article spinners swap them, until the sentence limps."""

import random
import re

# Written for this suite; the templates that teach come from training/spin.py.
_SETS = (
    "great nice terrific fantastic superb wonderful marvellous outstanding",
    "good fine decent solid respectable",
    "really truly genuinely honestly actually",
    "very extremely exceptionally incredibly remarkably",
    "post article piece write-up entry submission",
    "blog site weblog web-site page",
    "like enjoy love adore appreciate",
    "thanks cheers gratitude many-thanks",
    "help aid assist support",
    "helpful useful valuable beneficial handy",
    "information info details facts data",
    "share publish spread pass-on",
    "find discover locate come-across",
    "look glance gaze peek",
    "read peruse study go-through",
    "work job labour effort",
    "best finest greatest top-notch",
    "cheap affordable inexpensive low-cost budget",
    "buy purchase acquire order",
    "free gratis complimentary no-cost",
    "online on-line on-the-web",
    "money cash funds dough",
    "fast quick speedy rapid swift",
    "new fresh brand-new latest",
    "people folks individuals persons",
    "think believe suppose reckon",
    "know understand realise comprehend",
    "want wish desire need",
    "make create produce build craft",
    "get obtain receive acquire",
    "use utilise employ apply",
    "need require demand",
    "show display demonstrate reveal",
    "give provide offer supply",
    "keep maintain preserve retain",
    "start begin commence launch",
    "important crucial vital essential",
    "easy simple effortless straightforward",
    "big huge large massive",
    "small tiny little compact",
    "many numerous several countless",
    "problem issue trouble difficulty",
    "question query enquiry",
    "way manner method approach",
    "thing item matter point",
    "time moment period occasion",
    "visit check-out see drop-by",
    "website web-page site homepage",
    "amazing astonishing stunning incredible",
    "interesting fascinating intriguing engaging",
    "also additionally moreover besides",
    "but however yet though",
    "because since as",
    "always constantly continually forever",
    "maybe perhaps possibly",
    "company firm business enterprise",
    "service offering assistance",
    "price cost rate fee",
    "quality grade calibre standard",
    "learn study find-out discover",
    "write compose pen author",
    "topic subject theme matter",
    "idea thought concept notion",
    "try attempt endeavour",
    "feel sense experience",
    "say state mention declare",
    "come arrive approach",
    "hope wish trust",
    "bookmark save note-down",
)
_SYNONYMS: dict[str, list[str]] = {}
for _line in _SETS:
    _words = [word.replace("-", " ") for word in _line.split()]
    for _word in _words:
        _SYNONYMS.setdefault(_word, [other for other in _words if other != _word])
_WORD = re.compile(r"(?<![\w/.@-])[a-z]{2,}(?![\w/@-]|\.\w)", re.IGNORECASE)
_SHARE = 0.8
_FILLERS = ("indeed", "of course", "in fact", "as a matter of fact", "no doubt", "to be honest")


def paraphrase(text: str, chance: random.Random) -> str:
    """Swap most words that have synonyms, and slip in fillers between sentences."""

    def swap(match: re.Match[str]) -> str:
        word = match[0]
        others = _SYNONYMS.get(word.lower())
        if not others or chance.random() > _SHARE:
            return word
        other = chance.choice(others)
        return other.capitalize() if word[0].isupper() else other

    swapped = _WORD.sub(swap, text)
    return re.sub(
        r"(?<=[a-z][.!?] )(?=[A-Z])",
        lambda _: f"{chance.choice(_FILLERS).capitalize()}, " if chance.random() < 0.5 else "",
        swapped,
    )
