from pathlib import Path

import pytest

from models.comment import Label
from tests.training.importers.conftest import SAMPLES, Import
from training.importers.errors import DamagedSourceError

SAMPLE = SAMPLES / "wordpress_rest.json"


def test_stored_text_goes_before_rendered_text(run: Import) -> None:
    found = run("wordpress-rest", SAMPLE)
    assert found.row("I slash mine").content.endswith("the second rise & it stopped cracking.")
    assert found.row("cup of water").content.startswith("<p>")


def test_status_decides_the_label(run: Import) -> None:
    found = run("wordpress-rest", SAMPLE)
    labels = [row.label for row in found.rows]
    assert labels == [Label.HAM, Label.HAM, Label.SPAM, None, None]


def test_embedded_post_is_used(run: Import) -> None:
    row = run("wordpress-rest", SAMPLE).row("cup of water")
    assert row.post_title == "Why my rye loaf cracks & what helps"
    assert row.is_post_author is True


def test_ids_are_those_of_the_export_file(run: Import) -> None:
    """The same blog through another door doubles nothing."""
    rest = {row.id for row in run("wordpress-rest", SAMPLE).rows}
    assert rest == {row.id for row in run("wxr", SAMPLES / "wordpress.xml").rows}
    assert rest == {row.id for row in run("wordpress-sql", SAMPLES / "wordpress.sql").rows}


def test_saved_refusal_is_told_from_a_page(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text('\n{"code":"rest_forbidden_context","message":"Sorry","data":{"status":401}}')
    with pytest.raises(DamagedSourceError, match="line 2: WordPress answered 'rest_forbidden_"):
        run("wordpress-rest", path)
