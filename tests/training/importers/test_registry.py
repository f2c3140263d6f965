from pathlib import Path

import pytest

from tests.training.importers.conftest import Sample
from tests.training.importers.generated import WRITERS, ordinary_comments
from training.importers.errors import UnknownFormatError
from training.importers.registry import FORMATS, find_format


def test_sample_is_recognised_by_its_beginning(sample: Sample) -> None:
    if sample.format == "csv":
        with pytest.raises(UnknownFormatError, match="Say which it is with --format"):
            find_format(sample.path)  # its text is in a column 'body'
    else:
        assert find_format(sample.path).name == sample.format


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_generated_file_is_recognised(name: str, tmp_path: Path) -> None:
    path = tmp_path / "source"
    WRITERS[name](path, ordinary_comments(3))
    assert find_format(path).name == name


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"{}", b"<html></html>", b"PK\x03\x04", b"\xff" * 99]
)
def test_other_beginnings_are_not_guessed(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "source"
    path.write_bytes(content)
    with pytest.raises(UnknownFormatError, match="looks like none of the formats we read"):
        find_format(path)


def test_beginning_that_fits_two_formats_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "source"
    path.write_text('<disqus xmlns="http://disqus.com"><rss>wordpress.org/export/</rss></disqus>')
    with pytest.raises(UnknownFormatError, match="could be wxr and disqus"):
        find_format(path)


def test_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormatError, match="no format 'mbox'; we read wxr, wordpress-rest"):
        find_format(tmp_path / "source", "mbox")
