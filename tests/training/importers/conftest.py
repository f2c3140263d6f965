"""Samples of every format, ready to import."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from models.comment import Label
from models.corpus import CorpusRow, read_corpus
from training.importers.import_result import ImportResult
from training.importers.importing import ImportRequest, import_comments
from training.importers.registry import FORMATS
from training.importers.source_format import ImportOptions

SAMPLES = Path(__file__).parent / "samples"
CSV_OPTIONS = ImportOptions(
    columns={"id": "comment_id", "content": "body", "label": "is_spam", "created_at": "written"},
    labels={"yes": Label.SPAM, "no": Label.HAM},
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample file and what it holds: spam, ham, unknown."""

    format: str
    path: Path
    labels: tuple[int, int, int]
    options: ImportOptions = field(default_factory=ImportOptions)


@dataclass(frozen=True, slots=True)
class Imported:
    """A finished import with its rows by the beginning of their text."""

    result: ImportResult
    rows: list[CorpusRow]

    def row(self, part: str) -> CorpusRow:
        """Return the one row whose text holds a part."""
        (found,) = [row for row in self.rows if part in row.content]
        return found


Import = Callable[..., Imported]


def build_isso(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.executescript((SAMPLES / "isso.sql").read_text(encoding="utf-8"))
    return path


@pytest.fixture(scope="session")
def isso_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_isso(tmp_path_factory.mktemp("isso") / "comments.db")


@pytest.fixture(params=sorted(FORMATS))
def sample(request: pytest.FixtureRequest, isso_sample: Path) -> Sample:
    samples = [
        Sample("wxr", SAMPLES / "wordpress.xml", (1, 2, 2)),
        Sample("wordpress-rest", SAMPLES / "wordpress_rest.json", (1, 2, 2)),
        Sample("wordpress-sql", SAMPLES / "wordpress.sql", (1, 2, 2)),
        Sample("disqus", SAMPLES / "disqus.xml", (1, 2, 1)),
        Sample("isso", isso_sample, (0, 3, 1)),
        Sample("remark42", SAMPLES / "remark42.json", (0, 2, 1)),
        Sample("csv", SAMPLES / "comments.csv", (1, 1, 1), CSV_OPTIONS),
        Sample("jsonl", SAMPLES / "corpus.jsonl", (1, 2, 1)),
    ]
    return next(sample for sample in samples if sample.format == request.param)


@pytest.fixture
def run(tmp_path: Path) -> Import:
    """Import a file of a format and read the corpus back."""

    def import_file(
        name: str, path: Path, source: str = "bread", options: ImportOptions | None = None
    ) -> Imported:
        corpus = tmp_path / "corpus.jsonl.gz"
        request = ImportRequest([path], FORMATS[name], source, corpus, options or ImportOptions())
        result = import_comments(request)
        return Imported(result, list(read_corpus(corpus)))

    return import_file
