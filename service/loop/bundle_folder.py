"""The folder of bundles in the data folder: each under its version, whole, and never changed."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from models.bundle import Bundle, BundleDamaged, BundleExists, load_bundle, save_bundle

_VERSION: Final = re.compile(r"\d{4}-\d\d-\d\d-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class BundleFolder:
    """Where bundles are kept; replicas share it, as they share the store."""

    path: Path

    def place(self, version: str) -> Path:
        """Return the folder of one bundle; raises `BundleDamaged` for what is no version."""
        if not _VERSION.fullmatch(version):
            raise BundleDamaged(f"{version[:60]!r} is not the version of a bundle.")
        return self.path / version

    def keep(self, bundle: Bundle) -> None:
        """Write a bundle whole, or find it whole; raises a `BundleError`, `OSError`."""
        place = self.place(bundle.version)
        try:
            save_bundle(bundle, place)
        except (BundleExists, OSError):
            # It is there, or another process was faster; what counts is that it is whole.
            if not place.exists():
                raise
            self.load(bundle.version)

    def load(self, version: str) -> Bundle:
        """Read a bundle whole and check that it is the one asked for; raises a `BundleError`."""
        place = self.place(version)
        bundle = load_bundle(place)
        if bundle.version != version:
            raise BundleDamaged(f"{place} holds bundle {bundle.version}, not {version}.")
        return bundle


def for_scoring(bundle: Bundle) -> Bundle:
    """Return the bundle without the arrays that training or `scorer_of` reads: they take memory."""
    kept = {
        name: array
        for name, array in bundle.arrays.items()
        if not name.startswith(("reference_", "taste_"))
    }
    return replace(bundle, arrays=kept)
