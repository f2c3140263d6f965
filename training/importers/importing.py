"""Turn an owner's old comments into a corpus: read, judge, clean, write."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.comment import Label
from models.corpus import CorpusRow, format_row
from training.importers.corpus_row import corpus_row, original_id_of
from training.importers.disk_index import DiskIndex, open_disk_index
from training.importers.errors import OptionsError
from training.importers.import_result import ImportResult, Tally
from training.importers.imported_comment import Skipped, SkipReason
from training.importers.new_corpus import new_corpus
from training.importers.source_file import SourceFile
from training.importers.source_format import ImportOptions, SourceFormat

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import: files of one format, the name of their source, and where the corpus goes."""

    files: Sequence[Path]
    format: SourceFormat
    source: str
    corpus: Path
    options: ImportOptions = field(default_factory=ImportOptions)


def import_comments(request: ImportRequest, progress: Progress | None = None) -> ImportResult:
    """Write the corpus and count what went into it; `progress` hears bytes done and in all.

    Memory does not grow with the number of comments. An ImporterError or any other exception
    leaves no corpus, or the one that was there.
    """
    _refuse_overwriting_input(request)
    tally = Tally()
    files = _opened(request, progress)
    with open_disk_index() as index, new_corpus(request.corpus) as corpus:
        for file in files:
            for row in _rows(request, file, index, tally):
                corpus.write(format_row(row).encode() + b"\n")
    return _result(request, tally, replaced=sum(file.replaced for file in files))


def _refuse_overwriting_input(request: ImportRequest) -> None:
    for path in request.files:
        if request.corpus.exists() and path.samefile(request.corpus):
            raise OptionsError(f"{path} is the input; give the corpus another name with --out.")


def _opened(request: ImportRequest, progress: Progress | None) -> list[SourceFile]:
    total = request.format.passes * sum(path.stat().st_size for path in request.files)
    done = 0

    def advance(read: int) -> None:
        nonlocal done
        done += read
        if progress is not None:
            progress(done, total)

    return [SourceFile(path, advance) for path in request.files]


def _rows(
    request: ImportRequest, file: SourceFile, index: DiskIndex, tally: Tally
) -> Iterator[CorpusRow]:
    for found in request.format.read(file, request.options, index):
        if isinstance(found, Skipped):
            tally.skip(found.reason, found.original_id)
            continue
        original_id = original_id_of(found)
        if not found.content.strip():
            tally.skip(SkipReason.NO_TEXT, original_id)
        elif not index.is_new(original_id):
            tally.skip(SkipReason.REPEATED, original_id)
        else:
            tally.labels[found.label] += 1
            tally.undated += found.created_at is None
            yield corpus_row(found, original_id, request.source)


def _result(request: ImportRequest, tally: Tally, replaced: int) -> ImportResult:
    spam = tally.labels[Label.SPAM]
    return ImportResult(
        format=request.format.name,
        source=request.source,
        corpus=request.corpus,
        spam=spam,
        ham=tally.labels[Label.HAM],
        unknown=tally.labels[None],
        skipped=tally.skipped(),
        undated=tally.undated,
        replaced=replaced,
        advice=None if spam else request.format.without_spam,
    )
