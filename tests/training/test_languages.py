"""Languages of a training set, by label."""

from models.comment import Comment
from training.languages import UNSURE, count_languages

ENGLISH = (
    "I walked along the river this morning and thought of what you wrote about the old bridge."
)
GERMAN = "Ich bin heute früh am Fluss entlang gegangen und habe an die alte Brücke gedacht, schön."


def test_comments_are_counted_by_language_and_label() -> None:
    comments = [Comment(content=text) for text in (ENGLISH, GERMAN, GERMAN, "ok")]
    found = count_languages(comments, [False, True, False, False])
    assert found["de"] == {"spam": 1, "ham": 1}
    assert found["en"] == {"spam": 0, "ham": 1}
    assert found[UNSURE] == {"spam": 0, "ham": 1}


def test_nothing_has_no_languages() -> None:
    assert count_languages([], []) == {}
