"""The reference set: held-back comments as hashed rows, so that a bundle can be judged anywhere.

It travels in the bundle as plain arrays and holds no text. A candidate that is fitted on an owner's
labels is certified and compared on it; nothing is ever fitted on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.features import DIMENSION, FeatureRows

PREFIX = "reference_"
"""How the names of its arrays begin in a bundle."""

# Three groups of seven bits hold every place of the weight table.
_MOST_BYTES = 3


@dataclass(frozen=True, slots=True)
class Reference:
    """Hashed rows with their labels and slices, one entry a comment.

    `source` numbers the corpora's sources; `language` is a two-letter code as two ASCII bytes, 0
    where nobody can tell.
    """

    rows: FeatureRows
    is_spam: NDArray[np.bool_]
    linked: NDArray[np.bool_]
    source: NDArray[np.uint16]
    language: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.is_spam)

    def margins(self, weights: NDArray[Any], intercept: float) -> NDArray[np.float64]:
        """Return each row's logit before calibration under these weights."""
        owner = np.repeat(np.arange(len(self)), np.diff(self.rows.indptr))
        shares = weights[self.rows.indices].astype(np.float64) * self.rows.values
        sums = np.bincount(owner, shares, minlength=len(self))
        return np.asarray(sums, dtype=np.float64) + intercept

    def languages(self) -> list[str]:
        """Return the language of each row; `unsure` where nobody can tell."""
        return [_language(code) for code in self.language.tolist()]

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that a bundle carries, about two bytes a feature."""
        packed = _pack(self.rows)
        slices: dict[str, NDArray[Any]] = {
            "spam": self.is_spam.astype(np.uint8),
            "linked": self.linked.astype(np.uint8),
            "source": self.source,
            "language": self.language,
        }
        return {PREFIX + name: array for name, array in (packed | slices).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Reference | None":
        """Read what `to_arrays` gave; None without any; raises ValueError on anything else."""
        own = {
            name.removeprefix(PREFIX): array
            for name, array in arrays.items()
            if name.startswith(PREFIX)
        }
        if not own:
            return None
        try:
            rows = _unpack(own["groups"], own["sizes"], own["values"], own["gaps"])
            slices = [own[name] for name in ("spam", "linked", "source", "language")]
        except (KeyError, IndexError) as fault:
            raise ValueError(f"the reference set is incomplete ({fault})") from fault
        if any(array.shape != own["groups"].shape for array in slices):
            raise ValueError("the reference set's columns differ in length")
        spam, linked, source, language = slices
        return cls(rows, spam != 0, linked != 0, source, language)


def language_number(code: str | None) -> int:
    """Return a two-letter language code as a number; 0 for none."""
    plain = (code or "").encode()
    return int.from_bytes(plain, "big") if len(plain) == 2 else 0


def _language(number: int) -> str:
    return number.to_bytes(2, "big").decode("ascii", "replace") if number else "unsure"


def _pack(rows: FeatureRows) -> dict[str, NDArray[Any]]:
    """Store each row as groups of equal value: the value once, and the gaps between places."""
    owner = np.repeat(np.arange(len(rows.indptr) - 1), np.diff(rows.indptr))
    value = rows.values.astype(np.float16)
    order = np.lexsort((rows.indices, value, owner))
    owner, value, place = owner[order], value[order], rows.indices[order].astype(np.int64)
    first = np.ones(len(place), dtype=np.bool_)
    first[1:] = (owner[1:] != owner[:-1]) | (value[1:] != value[:-1])
    starts = np.flatnonzero(first)
    gaps = np.diff(place, prepend=0)
    gaps[starts] = place[starts]
    return {
        "groups": np.bincount(owner[starts], minlength=len(rows.indptr) - 1).astype(np.uint16),
        "sizes": np.diff(starts, append=len(place)).astype(np.uint32),
        "values": value[starts],
        "gaps": _to_bytes(gaps),
    }


def _unpack(
    groups: NDArray[Any], sizes: NDArray[Any], values: NDArray[Any], gaps: NDArray[Any]
) -> FeatureRows:
    steps = _from_bytes(gaps)
    sizes = sizes.astype(np.int64)
    if groups.sum() != len(sizes) or len(sizes) != len(values) or sizes.sum() != len(steps):
        raise ValueError("the reference set's groups do not add up")
    if not sizes.all():
        raise ValueError("the reference set has an empty group")
    ends = sizes.cumsum()
    running = steps.cumsum()
    before = np.concatenate([[0], running])[ends - sizes]
    places = running - np.repeat(before, sizes)
    if len(places) and int(places.max()) >= DIMENSION:
        raise ValueError("the reference set has places beyond the table of weights")
    row_ends = np.concatenate([[0], ends])[np.concatenate([[0], groups.astype(np.int64).cumsum()])]
    return FeatureRows(
        places.astype(np.int32), row_ends, np.repeat(values.astype(np.float32), sizes)
    )


def _to_bytes(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Write numbers in seven bits a byte, lowest first; the high bit says that more follow."""
    length = 1 + (numbers >= 1 << 7) + (numbers >= 1 << 14)
    begin = length.cumsum() - length
    written = np.empty(int(length.sum()), np.uint8)
    for place in range(_MOST_BYTES):
        having = length > place
        more = (length[having] > place + 1).astype(np.int64) << 7
        written[begin[having] + place] = (numbers[having] >> (7 * place)) & 0x7F | more
    return written


def _from_bytes(written: NDArray[Any]) -> NDArray[np.int64]:
    ends = np.flatnonzero(written < 0x80)
    begin = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    length = ends - begin + 1
    if len(written) and (
        not len(ends) or ends[-1] != len(written) - 1 or length.max() > _MOST_BYTES
    ):
        raise ValueError("the reference set's places cannot be read")
    numbers = np.zeros(len(ends), np.int64)
    for place in range(_MOST_BYTES):
        having = length > place
        numbers[having] |= (written[begin[having] + place].astype(np.int64) & 0x7F) << (7 * place)
    return numbers
