"""A second bundle, whose every score differs from the tiny one's."""

from dataclasses import replace

from models.bundle import Bundle, seal
from tests.service.tiny_bundle import tiny_bundle


def other_bundle(shift: float = 0.7, created_at: str = "2026-02-02T00:00:00Z") -> Bundle:
    """Return the tiny bundle with another intercept."""
    tiny = tiny_bundle()
    manifest = replace(
        tiny.manifest,
        intercept=tiny.manifest.intercept + shift,
        created_at=created_at,
        parent=tiny.version,
    )
    return seal(manifest, tiny.arrays)
