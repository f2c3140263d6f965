"""Labels that a person put right after reading the comment, kept without its text."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from models.comment import Label
from models.corpus import CorpusRow

SHIPPED = Path(__file__).with_name("corrections.jsonl")


@dataclass(frozen=True, slots=True)
class Correction:
    """What a row's label should be; `label` is None when reading it does not tell."""

    digest: str
    label: Label | None
    reason: str


Corrections = Mapping[str, Correction]


def row_digest(row_id: str) -> str:
    """Return the name under which a row is corrected: 16 hexadecimal digits, no text, no id."""
    return hashlib.sha256(row_id.encode()).hexdigest()[:16]


def read_corrections(path: Path = SHIPPED) -> dict[str, Correction]:
    """Read corrections by digest; a missing file is an error, an empty one is none."""
    with path.open(encoding="utf-8") as lines:
        found = [_parse(line, f"{path}, line {n}") for n, line in enumerate(lines, 1)]
    return {correction.digest: correction for correction in found}


def write_corrections(path: Path, corrections: Iterable[Correction]) -> None:
    """Write corrections in the order of their digests, so that a change is a small one."""
    ordered = sorted(corrections, key=lambda correction: correction.digest)
    lines = [json.dumps(asdict(c) | {"label": c.label or "unknown"}) + "\n" for c in ordered]
    path.write_text("".join(lines), encoding="utf-8")


def corrected_label(row: CorpusRow, corrections: Corrections) -> Label | None:
    """Return the label after correction; None when nobody can say."""
    correction = corrections.get(row_digest(row.id))
    return row.label if correction is None else correction.label


def _parse(line: str, place: str) -> Correction:
    value = json.loads(line)
    if value.get("label") not in ("spam", "ham", "unknown"):
        raise ValueError(f"{place}: label must be spam, ham or unknown")
    label = None if value["label"] == "unknown" else Label(value["label"])
    return Correction(str(value["digest"]), label, str(value["reason"]))
