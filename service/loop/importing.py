"""Labels from the time before Winnow: `winnow-train import` reads the files, we store what it found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from models.corpus import format_row, read_corpus
from service.clock import now
from service.loop.training_child import TrainingFailed, train
from service.store.engine import Store
from service.store.keys import Site
from service.store.labelled import ImportedComment, add_imported

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: what the importer says, and how many labels are new here."""

    told: dict[str, Any]
    labelled: int
    new: int


def import_labels(
    store: Store, site: Site, files: Sequence[Path], options: Sequence[str], who: str
) -> Imported:
    """Store the labelled comments of another system's files; twice doubles nothing.

    Raises `TrainingFailed` when the importer refuses a file: then nothing is stored.
    """
    with TemporaryDirectory(prefix="winnow-import-") as name:
        corpus = Path(name) / "imported.jsonl"
        names = [str(file) for file in files]
        done = train(["import", *names, "--source", site.name, "--out", str(corpus), *options])
        if done.status != 0:
            raise TrainingFailed("the import was refused; nothing was stored")
        labelled = new = 0
        rows = _labelled(corpus, site, who)
        while batch := list(islice(rows, AT_ONCE)):
            with store.writing() as connection:
                new += add_imported(connection, batch)
            labelled += len(batch)
    return Imported(done.answer, labelled, new)


def _labelled(corpus: Path, site: Site, who: str) -> Iterator[ImportedComment]:
    for row in read_corpus(corpus):
        if row.label is not None:
            yield ImportedComment(site.id, row.id, row.label, format_row(row), who, now())
