from models.comment import Label
from tests.training.importers.conftest import SAMPLES, Import
from training.importers.imported_comment import SkipReason

SAMPLE = SAMPLES / "disqus.xml"


def test_marks_decide_the_label(run: Import) -> None:
    found = run("disqus", SAMPLE)
    assert found.row("I slash mine").label is Label.HAM
    deleted = found.row("garbage")
    assert (deleted.label, deleted.label_source) == (None, "disqus_deleted")


def test_spam_counts_before_deleted(run: Import) -> None:
    spam = run("disqus", SAMPLE).row("Best oven")
    assert (spam.label, spam.label_source) == (Label.SPAM, "disqus_spam")


def test_message_is_kept_as_stored_without_indentation(run: Import) -> None:
    found = run("disqus", SAMPLE)
    assert found.row("cup of water").content == "<p>It does: a cup of water in a hot tray.</p>"
    assert "&amp;" in found.row("I slash mine").content


def test_thread_gives_the_post(run: Import) -> None:
    found = run("disqus", SAMPLE)
    row = found.row("cup of water")
    assert row.post_title == "Why my rye loaf cracks & what helps"
    assert row.post_excerpt == "A rye loaf cracks when the crust sets first."
    assert row.is_post_author is True
    assert found.row("I slash mine").is_post_author is None


def test_blanked_message_is_skipped(run: Import) -> None:
    assert run("disqus", SAMPLE).result.skipped[SkipReason.NO_TEXT].examples == ("905",)
