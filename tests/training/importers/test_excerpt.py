import pytest

from training.importers.excerpt import plain_excerpt, plain_title


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<!-- wp:paragraph --><p>Rye &amp; <b>salt</b></p>", "Rye & salt"),
        ("<style>p {color: red}</style><p>Rye</p>", "Rye"),
        ("<p></p>", None),
        ("", None),
        (None, None),
    ],
)
def test_excerpt_is_plain_text(markup: str | None, plain: str | None) -> None:
    assert plain_excerpt(markup) == plain


def test_excerpt_is_the_first_55_words() -> None:
    assert plain_excerpt(" ".join(str(n) for n in range(100_000))) == " ".join(
        str(n) for n in range(55)
    )


def test_title_keeps_its_words_together() -> None:
    assert (
        plain_title("Why <em>rye</em>s crack &amp;\n what &quot;helps&quot;")
        == 'Why ryes crack & what "helps"'
    )
