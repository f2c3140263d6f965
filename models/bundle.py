"""A bundle: a fitted classifier as a folder of plain arrays and the manifest that vouches for them.

BundleError
├── BundleMissing    there is no bundle in the folder
├── BundleExists     the folder to write is there already
├── BundleDamaged    bytes differ from what the manifest says, or are not what they should be
└── BundleUnfit      whole, but made for another format or feature schema

The version is the day and a digest over manifest and arrays, so a change of one byte anywhere
is found. Every file is read once; the bytes that were checked are the bytes that are parsed.
"""

import hashlib
import io
import json
import math
import os
import re
import secrets
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from models.bundle_format import FORMAT
from models.features import DIMENSION, FEATURE_SCHEMA
from models.manifest import ArrayRecord, Manifest, canonical

MANIFEST_LIMIT = 1 << 20
ARRAYS_LIMIT = 32 << 20
"""Bytes of all arrays together: more than twice the largest bundle we would ship."""

Array = NDArray[Any]
_NAME = re.compile(r"[a-z][a-z_]{0,40}")
_KINDS = ("float16", "float32", "int8", "uint8", "int16", "uint16", "uint32")


class BundleError(Exception):
    """A bundle cannot be used; the message says which and why."""


class BundleMissing(BundleError):
    """There is no bundle in the folder."""


class BundleExists(BundleError):
    """The folder to write is there already; bundles are never overwritten."""


class BundleDamaged(BundleError):
    """The bytes differ from what the manifest says, or are not what they should be."""


class BundleUnfit(BundleError):
    """The bundle is whole, but made for another format or feature schema."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A classifier that can be scored with; `arrays` holds at least `weights`."""

    version: str
    manifest: Manifest
    arrays: Mapping[str, Array]

    @property
    def weights(self) -> Array:
        """One weight for each of `features.DIMENSION` places."""
        return self.arrays["weights"]


def seal(manifest: Manifest, arrays: Mapping[str, Array]) -> Bundle:
    """Make a bundle: checks the arrays, records their digests, gives the version."""
    _check_arrays(arrays)
    records = {
        name: ArrayRecord(_digest(_to_npy(array)), str(array.dtype), array.shape)
        for name, array in arrays.items()
    }
    manifest = replace(manifest, arrays=records)
    return Bundle(_version(manifest), manifest, dict(arrays))


def save_bundle(bundle: Bundle, folder: Path) -> None:
    """Write a bundle: beside the folder first, then renamed; raises BundleExists if it is there."""
    if folder.exists() or folder.is_symlink():
        raise BundleExists(f"{folder} is there already; bundles are never overwritten.")
    # Not the process id: two threads may keep the same bundle, and a container has but one id.
    partial = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.partial")
    partial.mkdir(parents=True)
    try:
        for name, array in bundle.arrays.items():
            _write(partial / f"{name}.npy", _to_npy(array))
        value = bundle.manifest.to_json() | {"version": bundle.version}
        _write(partial / "manifest.json", canonical(value))
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def load_bundle(folder: Path) -> Bundle:
    """Read a bundle and check all of it; raises a BundleError that says what is wrong."""
    content = _read(folder / "manifest.json", MANIFEST_LIMIT)
    version, manifest = _parse_manifest(folder, content)
    arrays: dict[str, Array] = {}
    left = ARRAYS_LIMIT
    for name, record in manifest.arrays.items():
        if not _NAME.fullmatch(name):
            raise BundleDamaged(f"{folder}: {name[:60]!r} cannot name an array.")
        data = _read(folder / f"{name}.npy", left)
        left -= len(data)
        if _digest(data) != record.sha256:
            raise BundleDamaged(f"{folder / name}.npy is not the file that the manifest describes.")
        arrays[name] = _parse_npy(folder / f"{name}.npy", data, record)
    try:
        _check_arrays(arrays)
    except ValueError as fault:
        raise BundleDamaged(f"{folder}: {fault}") from fault
    return Bundle(version, manifest, arrays)


def _parse_manifest(folder: Path, content: bytes) -> tuple[str, Manifest]:
    """Read and check the manifest: canonical, of our format and schema, true to its own version."""
    try:
        value = json.loads(content)
        found = value["format"], value["feature_schema"]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise BundleDamaged(f"{folder}: manifest.json cannot be read ({fault}).") from fault
    if found != (FORMAT, FEATURE_SCHEMA):
        raise BundleUnfit(
            f"{folder}: made for bundle format {found[0]} and feature schema {found[1]}; this "
            f"Winnow reads {FORMAT} and {FEATURE_SCHEMA}. Fit a new bundle with winnow-train fit."
        )
    try:
        manifest = Manifest.from_json(value)
        version = _version(manifest)
        whole = canonical(manifest.to_json() | {"version": version}) == content
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as fault:
        raise BundleDamaged(f"{folder}: manifest.json is not a manifest ({fault}).") from fault
    if not whole:
        raise BundleDamaged(f"{folder}: manifest.json was changed after it was written.")
    return version, manifest


def _version(manifest: Manifest) -> str:
    """Return the day and the first 12 hex digits of the digest over the whole manifest."""
    return f"{manifest.created_at[:10]}-{_digest(canonical(manifest.to_json()))[:12]}"


def _check_arrays(arrays: Mapping[str, Array]) -> None:
    """Refuse arrays that cannot be scored with; raises ValueError."""
    if "weights" not in arrays or arrays["weights"].shape != (DIMENSION,):
        raise ValueError(f"weights must be one row of {DIMENSION:,} numbers.")
    for name, array in arrays.items():
        if not _NAME.fullmatch(name) or str(array.dtype) not in _KINDS:
            raise ValueError(f"array {name[:60]!r} has a name or kind that bundles do not carry.")
        if not np.isfinite(array).all():
            raise ValueError(f"{name} holds numbers that are not finite.")


def _to_npy(array: Array) -> bytes:
    file = io.BytesIO()
    npy.write_array(file, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    return file.getvalue()


def _parse_npy(path: Path, data: bytes, record: ArrayRecord) -> Array:
    """Parse array bytes as what the manifest says they are, with nothing missing or left over."""
    file = io.BytesIO(data)
    try:
        npy.read_magic(file)
        shape, by_columns, dtype = npy.read_array_header_1_0(file)
    except (ValueError, EOFError) as fault:
        raise BundleDamaged(f"{path}: {fault}.") from fault
    fits = shape == record.shape and str(dtype) == record.dtype and not by_columns
    rest = len(data) - file.tell()
    if not fits or record.dtype not in _KINDS or rest != math.prod(shape) * dtype.itemsize:
        raise BundleDamaged(f"{path} is not the array that the manifest describes.")
    return np.frombuffer(data, dtype, offset=file.tell()).reshape(shape)


def _read(path: Path, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes, once, without following a symbolic link."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError as fault:
        raise BundleMissing(f"{path} is not there.") from fault
    except OSError as fault:
        raise BundleDamaged(
            f"{path} cannot be opened as a plain file ({fault.strerror})."
        ) from fault
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise BundleDamaged(f"{path} is not a plain file.")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise BundleDamaged(f"{path} is larger than {limit:,} bytes.")
    return data


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
