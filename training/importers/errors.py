"""What can stop an import.

ImporterError
├── UnknownFormatError    the beginning of the file looks like none of our formats, or like several
├── DamagedSourceError    the file breaks its own format; says where
└── OptionsError          the file is sound but the request leaves something open
"""

from pathlib import Path


class ImporterError(Exception):
    """An import that stopped; its text is written for the owner and nothing was imported."""


class UnknownFormatError(ImporterError):
    """A file whose format could not be told from its beginning."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem} Say which it is with --format.")


class DamagedSourceError(ImporterError):
    """A file that breaks its own format: where, how, and what to do."""

    def __init__(self, path: Path, where: str, problem: str) -> None:
        super().__init__(f"{path}, {where}: {problem} Nothing was imported.")
        self.where = where


class OptionsError(ImporterError):
    """A request that cannot be carried out as it stands."""
