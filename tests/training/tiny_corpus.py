"""A small labelled corpus, written here in the manner of real comments."""

from pathlib import Path

from models.comment import Label
from models.corpus import CorpusRow
from tests.corpus_file import write_corpus

SOURCES = ("bread-blog", "garden-blog", "code-blog", "travel-blog", "film-blog", "bike-blog")

_TOPICS = {
    "bread-blog": ("sourdough starter", "rye loaf", "oven temperature", "proofing basket"),
    "garden-blog": ("tomato seedlings", "compost heap", "late frost", "rain barrel"),
    "code-blog": ("unit test", "compiler warning", "merge conflict", "null reference"),
    "travel-blog": ("night train", "mountain hut", "border crossing", "island ferry"),
    "film-blog": ("opening scene", "silent picture", "sound mix", "second reel"),
    "bike-blog": ("rear derailleur", "gravel tyre", "bottom bracket", "wheel truing"),
}
_HAM = (
    "I had the same trouble with my {0}, and what helped in the end was waiting a day longer.",
    "You forgot to mention the {0}; mine looks nothing like the one on your picture.",
    "My grandfather swore by his {0} and I still think of him whenever I read you.",
    "Does that work for a {0} as well? I am about to try it this weekend with my daughter.",
    "I disagree about the {0}: three years ago you wrote the very opposite, and were right then.",
)
_SPAM = (
    "Great post! Visit http://{0}.example/cheap-pills for the best price on {0} without prescription",
    "I really like your website, very useful information. <a href='http://{0}.example'>{0} online</a>",
    "[url=http://{0}.example/casino]{0} casino bonus[/url] play now and win real money today",
    "Thank you for share this wonderful article. My homepage: {0}.example payday loan fast approval",
)
# Pasted along, so that the spam of two blogs is not all of one campaign.
_PASTED = {
    "bread-blog": "Our doctors answer day and night, and every parcel leaves without a name on it.",
    "garden-blog": "Two hundred free spins wait for each new player who signs up before Sunday.",
    "code-blog": "Bad credit is no reason to worry: forty lenders say yes within the hour.",
    "travel-blog": "Hand made in the same workshops as the originals, and nobody will ever notice.",
    "film-blog": "Native writers finish any paper overnight, with references and no plagiarism.",
    "bike-blog": "Lose ten pounds in a week with the berry that the industry wants kept secret.",
}
_NAMES = ("Anna Berg", "T. Mitchell", "joan", "Pavel", "Sister Ruth")
_SHOPS = ("zanoxil", "luckyspin", "cashking", "slimfast", "rolexo", "essaypro")


def rows() -> list[CorpusRow]:
    """Return 20 ham and 12 spam comments for each source, all different."""
    found: list[CorpusRow] = []
    for number, source in enumerate(SOURCES):
        for place, topic in enumerate(_TOPICS[source]):
            found += [_ham(source, topic, place, form) for form in range(len(_HAM))]
        for place in range(3):
            shop = f"{_SHOPS[(number + place) % len(_SHOPS)]}{number}{place}"
            found += [_spam(source, shop, place, form) for form in range(len(_SPAM))]
    return found


def write(folder: Path) -> list[Path]:
    """Write one corpus file a source and return their paths."""
    paths = []
    for source in SOURCES:
        path = folder / f"{source}.jsonl.gz"
        write_corpus(path, (row for row in rows() if row.source == source))
        paths.append(path)
    return paths


def _ham(source: str, topic: str, place: int, form: int) -> CorpusRow:
    return CorpusRow(
        id=f"{source}:ham-{place}-{form}",
        source=source,
        label=Label.HAM,
        content=_HAM[form].format(topic),
        author_name=_NAMES[form],
        author_url="https://berg.example" if form == 0 else None,
        post_title=f"What I learnt about the {topic}",
        is_post_author=form == 4,
    )


def _spam(source: str, shop: str, place: int, form: int) -> CorpusRow:
    return CorpusRow(
        id=f"{source}:spam-{place}-{form}",
        source=source,
        label=Label.SPAM,
        content=f"{_SPAM[form].format(shop)} {_PASTED[source]}",
        author_name=f"{shop} online",
        author_url=f"http://{shop}.example/buy",
        post_title=f"What I learnt about the {_TOPICS[source][place]}",
    )
