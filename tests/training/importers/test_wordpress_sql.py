from pathlib import Path

import pytest

from models.comment import Label
from tests.training.importers.conftest import SAMPLES, Import
from training.importers.errors import DamagedSourceError, OptionsError
from training.importers.source_format import ImportOptions

SAMPLE = SAMPLES / "wordpress.sql"
COLUMNS = (
    "`comment_ID`, `comment_post_ID`, `comment_content`, `comment_approved`, `comment_type`, "
    "`comment_author`, `comment_author_url`, `comment_date_gmt`, `comment_date`, `user_id`"
)


def insert(table: str, number: int, content: str, approved: str = "1") -> str:
    time = "'2021-03-04 09:15:00'"
    return (
        f"INSERT INTO `{table}` ({COLUMNS}) VALUES\n"
        f"({number}, 7, '{content}', '{approved}', 'comment', 'Jonas', '', {time}, {time}, 0);\n"
    )


def test_approval_decides_the_label(run: Import) -> None:
    labels = [row.label for row in run("wordpress-sql", SAMPLE).rows]
    assert labels == [Label.HAM, Label.HAM, Label.SPAM, None, None]


def test_escapes_are_undone_and_nothing_else_is(run: Import) -> None:
    found = run("wordpress-sql", SAMPLE)
    assert found.row("I slash mine").content == (
        "I slash mine <strong>before</strong> the second rise & it's fine.\r\n\r\n"
        'Does "steam" help (too)?'
    )
    assert found.row("70% off").content.endswith("C:\\ovens")
    assert found.row("garbage").content == "your bread is 'garbage'"
    assert found.row("14 °C").content.endswith("🥖")


def test_posts_after_the_comments_are_found(run: Import) -> None:
    found = run("wordpress-sql", SAMPLE)
    assert found.row("I slash mine").post_title == "Why my rye loaf cracks & what helps"
    assert found.row("14 °C").post_excerpt == "Keep the jar near, not on, the stove."
    assert found.row("cup of water").is_post_author is True


def test_phpmyadmin_inserts_with_column_lists(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "phpmyadmin.sql"
    path.write_text("-- phpMyAdmin SQL Dump\n\n" + insert("x9_comments", 1, "Lovely crumb."))
    (row,) = run("wordpress-sql", path).rows
    assert (row.content, row.label, row.created_at) == (
        "Lovely crumb.",
        Label.HAM,
        "2021-03-04T09:15:00+00:00",
    )


def test_table_without_definition_is_in_wordpress_order(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "bare.sql"
    row = "(5,7,'Jo','','','','2021-01-01 00:00:00','2021-01-01 00:00:00','Nice crumb',0,'spam','','',0,0)"
    path.write_text(f"insert ignore into wp_comments values {row};")
    assert run("wordpress-sql", path).row("Nice crumb").label is Label.SPAM


def test_several_blogs_need_a_choice(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "network.sql"
    path.write_text(insert("wp_comments", 1, "first") + insert("wp_2_comments", 1, "second"))
    with pytest.raises(OptionsError, match="wp_2_comments, wp_comments"):
        run("wordpress-sql", path)
    found = run("wordpress-sql", path, options=ImportOptions(table="wp_2_comments"))
    assert [row.content for row in found.rows] == ["second"]
    with pytest.raises(OptionsError, match="no table 'wp_3_comments'"):
        run("wordpress-sql", path, options=ImportOptions(table="wp_3_comments"))


def test_plugin_table_of_a_like_name_is_no_blog(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "plugin.sql"
    plugin = "INSERT INTO `wp_poll_comments` (`id`, `text`) VALUES (1, 'x');\n"
    path.write_text(plugin + insert("wp_comments", 1, "first"))
    assert len(run("wordpress-sql", path).rows) == 1


def test_dump_cut_between_statements_is_noticed(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "cut.sql"
    whole = SAMPLE.read_text(encoding="utf-8")
    path.write_text(whole[: whole.index("DROP TABLE IF EXISTS `blog_posts`")], "utf-8")
    with pytest.raises(DamagedSourceError, match="before its last line, '-- Dump completed'"):
        run("wordpress-sql", path)


def test_broken_row_is_named_by_line_and_byte(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "broken.sql"
    sound = insert("wp_comments", 1, "fine")
    path.write_text(sound + insert("wp_comments", 2, "broken").replace("'broken'", "broken' '"))
    at = len(sound) + sound.index("(1, 7")
    with pytest.raises(DamagedSourceError, match=f"line 4, byte {at}: a row that is cut off"):
        run("wordpress-sql", path)


def test_row_of_another_width_is_damage(run: Import, tmp_path: Path) -> None:
    path = tmp_path / "narrow.sql"
    path.write_text(insert("wp_comments", 1, "fine").replace(", 0);", ");"))
    with pytest.raises(
        DamagedSourceError, match=r"line 2, byte \d+: a row of 9 values for 10 columns"
    ):
        run("wordpress-sql", path)
