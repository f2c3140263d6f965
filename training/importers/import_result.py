"""What an import did, counted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from models.comment import Label
from training.importers.imported_comment import SkipReason


@dataclass(frozen=True, slots=True)
class Skips:
    """How many were skipped for one reason, with the first few of their ids."""

    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """One finished import.

    `undated` rows tell no time of writing; `replaced` counts control characters of the file that
    its format does not allow.
    """

    format: str
    source: str
    corpus: Path
    spam: int
    ham: int
    unknown: int
    skipped: Mapping[SkipReason, Skips]
    undated: int
    replaced: int
    advice: str | None

    @property
    def rows(self) -> int:
        """Return how many rows the corpus has."""
        return self.spam + self.ham + self.unknown

    def as_json(self) -> dict[str, object]:
        """Return the result for machines."""
        skipped = {
            reason.name.lower(): {"reason": reason.value, **asdict(skips)}
            for reason, skips in self.skipped.items()
        }
        plain = {name: getattr(self, name) for name in self.__slots__}
        return {**plain, "corpus": str(self.corpus), "rows": self.rows, "skipped": skipped}


class Tally:
    """Counts while an import runs."""

    _EXAMPLES = 3

    def __init__(self) -> None:
        self.labels: dict[Label | None, int] = {Label.SPAM: 0, Label.HAM: 0, None: 0}
        self.undated = 0
        self._skipped: dict[SkipReason, int] = {}
        self._examples: dict[SkipReason, list[str]] = {}

    def skip(self, reason: SkipReason, original_id: str) -> None:
        """Count something that became no row."""
        self._skipped[reason] = self._skipped.get(reason, 0) + 1
        examples = self._examples.setdefault(reason, [])
        if len(examples) < self._EXAMPLES:
            examples.append(original_id)

    def skipped(self) -> dict[SkipReason, Skips]:
        """Return the skips, most frequent first."""
        ordered = sorted(self._skipped.items(), key=lambda item: (-item[1], item[0].name))
        return {reason: Skips(count, tuple(self._examples[reason])) for reason, count in ordered}
