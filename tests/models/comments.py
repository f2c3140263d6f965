# ruff: noqa: RUF001 - letters that look alike are what this is about
"""Comments in the manner of real ones, and small bundles, for the tests of this folder."""

import numpy as np
from hypothesis import strategies as st

from models.bundle import Bundle, seal
from models.calibration import IDENTITY
from models.comment import Author, Comment, Post
from models.features import DIMENSION
from models.manifest import Manifest
from models.thresholds import NO_EVIDENCE
from models.windows import WindowRule

COMMENTS = (
    Comment(
        "I had the same problem with the cache. Clearing it helped, thanks for the hint!",
        Author("Marta", url="https://marta.example.org/"),
        Post(title="When the cache lies", excerpt="Our cache served old pages for a week."),
    ),
    Comment(
        'Best watches here <a href="http://watches.example.net/buy">cheap watches</a> order now!!!',
        Author("Cheap Watches", url="http://watches.example.net/?url=http://x.example.com"),
        Post(title="When the cache lies"),
    ),
    Comment("Вуу сhеар сasіnо сhірs аt casino (dot) com 🎰", Author("www.casino.example.com")),
    Comment("спасибо, очень помогло разобраться с кэшем"),
    Comment("شكرا على المقال الرائع"),
    Comment("🙂"),
    Comment(""),
    Comment("\ud800 lone \udfff surrogates \0 and NUL"),
    Comment("a" * 3000),
)

_TEXT = st.one_of(st.text(max_size=200), st.sampled_from([c.content for c in COMMENTS]))


def comments() -> st.SearchStrategy[Comment]:
    """Comments of any text in every field that the classifier reads."""
    some = st.none() | _TEXT
    return st.builds(
        Comment,
        content=_TEXT,
        author=st.builds(Author, name=some, url=some),
        post=st.builds(Post, title=some, excerpt=some),
    )


def random_bundle(seed: int = 0, windows: WindowRule | None = None) -> Bundle:
    """A bundle whose weights are drawn at random."""
    weights = np.random.default_rng(seed).normal(scale=0.5, size=DIMENSION).astype(np.float32)
    manifest = Manifest(
        created_at="2026-01-02T03:04:05+00:00",
        intercept=-0.25,
        calibration=IDENTITY,
        thresholds=NO_EVIDENCE,
        windows=windows,
    )
    return seal(manifest, {"weights": weights})
