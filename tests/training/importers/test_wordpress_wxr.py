from pathlib import Path

import pytest

from models.comment import Label
from tests.training.importers.conftest import SAMPLES, Import
from training.importers.errors import DamagedSourceError
from training.importers.imported_comment import SkipReason
from training.importers.source_format import ImportOptions

SAMPLE = SAMPLES / "wordpress.xml"


def test_status_decides_the_label(run: Import) -> None:
    found = run("wxr", SAMPLE)
    assert found.row("I slash mine").label is Label.HAM
    assert found.row("Best oven").label is Label.SPAM
    trash, pending = found.row("garbage"), found.row("14 °C")
    assert (trash.label, trash.label_source) == (None, "wordpress_trash")
    assert (pending.label, pending.label_source) == (None, "wordpress_pending")


def test_content_stays_as_stored(run: Import) -> None:
    found = run("wxr", SAMPLE)
    assert found.row("I slash mine").content == (
        "I slash mine <strong>before</strong> the second rise & it stopped cracking.\n\n"
        "Does steam help too?"
    )
    assert found.row("Best oven").content.endswith("]]> click")


def test_post_travels_with_the_comment(run: Import) -> None:
    found = run("wxr", SAMPLE)
    row = found.row("I slash mine")
    assert row.post_title == "Why my rye loaf cracks & what helps"
    assert row.post_excerpt is not None
    assert row.post_excerpt.startswith("A rye loaf cracks when the crust sets")
    assert found.row("14 °C").post_excerpt == "Keep the jar near, not on, the stove."


def test_post_author_is_known_by_user_id(run: Import) -> None:
    found = run("wxr", SAMPLE)
    assert found.row("cup of water").is_post_author is True
    assert found.row("I slash mine").is_post_author is False


def test_time_is_gmt_and_falls_back_to_local(run: Import) -> None:
    found = run("wxr", SAMPLE)
    assert found.row("I slash mine").created_at == "2021-03-04T09:15:00+00:00"
    assert found.row("garbage").created_at == "2021-03-06T08:00:00+00:00"


def test_email_in_place_of_a_name_is_dropped(run: Import) -> None:
    assert run("wxr", SAMPLE).row("14 °C").author_name is None


def test_pingbacks_and_order_notes_are_skipped_and_counted(run: Import) -> None:
    skipped = run("wxr", SAMPLE).result.skipped
    assert skipped[SkipReason.PINGBACK].examples == ("106",)
    assert skipped[SkipReason.OTHER_TYPE].examples == ("107",)


def test_pingbacks_are_kept_on_request(run: Import) -> None:
    found = run("wxr", SAMPLE, options=ImportOptions(pingbacks=True))
    assert found.row("Marta keeps hers").author_name == "A baking diary"


def test_export_without_spam_says_where_the_spam_is(run: Import, tmp_path: Path) -> None:
    assert run("wxr", SAMPLE).result.advice is None
    path = tmp_path / "without.xml"
    path.write_text(SAMPLE.read_text(encoding="utf-8").replace("[spam]", "[trash]"), "utf-8")
    advice = run("wxr", path).result.advice
    assert advice is not None
    assert "wordpress-sql" in advice


def test_control_characters_do_not_stop_an_export(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "controls.xml"
    path.write_bytes(SAMPLE.read_bytes().replace(b"I slash mine", b"I\x08slash\x0bmine"))
    found = run("wxr", path)
    assert found.result.replaced == 2
    assert found.row("I slash mine").label is Label.HAM


def test_broken_element_is_named_by_line_and_byte(run: Import, tmp_path: Path) -> None:
    whole = SAMPLE.read_bytes()
    path = tmp_path / "broken.xml"
    path.write_bytes(whole.replace(b"</wp:comment_id>", b"</wp:comment_no>", 1))
    at = whole.index(b"</wp:comment_id>")
    line = whole.count(b"\n", 0, at) + 1
    with pytest.raises(DamagedSourceError, match=f"line {line}, byte {at + 2}: not well-formed"):
        run("wxr", path)


def test_other_xml_is_refused(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "page.xml"
    path.write_text("<html><body/></html>")
    with pytest.raises(DamagedSourceError, match="line 1, byte 0: the outermost element is <html>"):
        run("wxr", path)
