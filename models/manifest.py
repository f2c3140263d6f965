"""The story of a bundle: what it was fitted on, how it does, how its logits become decisions."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from models.bundle_format import FORMAT
from models.calibration import Calibration
from models.features import FEATURE_SCHEMA
from models.thresholds import ThresholdTable
from models.windows import WindowRule


@dataclass(frozen=True, slots=True)
class CorpusRecord:
    """A corpus that a bundle was fitted on: name, SHA-256 of the file, counts of rows used."""

    name: str
    sha256: str
    spam: int
    ham: int


@dataclass(frozen=True, slots=True)
class ArrayRecord:
    """An array file of a bundle: SHA-256 of its bytes, element type, shape."""

    sha256: str
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """All of a bundle but its arrays; `metrics` and `libraries` are free-form JSON objects."""

    created_at: str
    intercept: float
    calibration: Calibration
    thresholds: ThresholdTable
    windows: WindowRule | None = None
    corpora: tuple[CorpusRecord, ...] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)
    libraries: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    arrays: Mapping[str, ArrayRecord] = field(default_factory=dict)
    feature_schema: int = FEATURE_SCHEMA
    format: int = FORMAT

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as JSON values."""
        value = {name: getattr(self, name) for name in self.__slots__}
        value |= {
            "calibration": {
                "raw": self.calibration.raw,
                "calibrated": self.calibration.calibrated,
            },
            "thresholds": self.thresholds.to_json(),
            "windows": None if self.windows is None else asdict(self.windows),
            "corpora": [asdict(corpus) for corpus in self.corpora],
            "arrays": {name: asdict(array) for name, array in self.arrays.items()},
            "metrics": dict(self.metrics),
            "libraries": dict(self.libraries),
        }
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Manifest":
        """Read what `to_json` wrote; raises KeyError, TypeError or ValueError on anything else."""
        plain = {name: value[name] for name in cls.__slots__}
        windows = value["windows"]
        plain |= {
            "intercept": float(value["intercept"]),
            "calibration": Calibration(
                tuple(value["calibration"]["raw"]), tuple(value["calibration"]["calibrated"])
            ),
            "thresholds": ThresholdTable.from_json(value["thresholds"]),
            "windows": None if windows is None else WindowRule(**windows),
            "corpora": tuple(CorpusRecord(**corpus) for corpus in value["corpora"]),
            "arrays": {name: _array(array) for name, array in value["arrays"].items()},
        }
        return cls(**plain)


def canonical(value: Mapping[str, Any]) -> bytes:
    """Write JSON in the one way a manifest is written, so that its bytes can be checked."""
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=True, allow_nan=False)
    return text.encode() + b"\n"


def _array(value: Mapping[str, Any]) -> ArrayRecord:
    return ArrayRecord(value["sha256"], value["dtype"], tuple(int(size) for size in value["shape"]))
