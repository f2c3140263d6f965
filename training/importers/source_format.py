"""The shape that every importer has."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from models.comment import Label
from training.importers.disk_index import DiskIndex
from training.importers.imported_comment import ImportedComment, Skipped
from training.importers.source_file import SourceFile


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the owner asks for beyond the file.

    `columns` maps our field names to CSV columns; `labels` maps the CSV's label values to ours;
    `table` picks one comments table of a dump; `pingbacks` keeps pingbacks and trackbacks.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Label | None] = field(default_factory=dict)
    table: str | None = None
    pingbacks: bool = False


Found = ImportedComment | Skipped
Read = Callable[[SourceFile, ImportOptions, DiskIndex], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class SourceFormat:
    """One format: its name on the command line, how to know it and how to read it.

    `recognises` judges the first 64 KiB; `passes` says how often `read` goes through the file;
    `without_spam` tells the owner what to do when a source holds no spam at all.
    """

    name: str
    title: str
    recognises: Callable[[bytes], bool]
    read: Read
    passes: int = 1
    without_spam: str | None = None
