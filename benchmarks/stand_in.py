"""A bundle of random weights for a tree without a shipped one: as much work, no judgement."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.words import comment
from models.bundle import save_bundle, seal
from models.calibration import Calibration
from models.features import DIMENSION
from models.manifest import Manifest
from models.scorer import Scorer
from models.thresholds import NO_EVIDENCE, CertifiedLimit, ThresholdTable
from service.schemas import CommentIn

# Of real comments about three quarters are approved, and only the others are explained.
APPROVED, REJECTED = 0.75, 0.15


def stand_in_bundle(folder: Path) -> Path:
    """Write the bundle and return its folder."""
    weights = np.random.default_rng(1).normal(scale=0.5, size=DIMENSION).astype(np.float32)
    manifest = Manifest(
        created_at="2026-01-01T00:00:00Z",
        intercept=0.0,
        calibration=Calibration((-10.0, 10.0), (-5.0, 5.0)),
        thresholds=NO_EVIDENCE,
    )
    source = random.Random(1)
    sample = [CommentIn.model_validate(comment(source)).comment() for _ in range(500)]
    scores = Scorer(seal(manifest, {"weights": weights})).score(sample)
    low, high = np.quantile(scores, [APPROVED, 1 - REJECTED])
    certified = ThresholdTable(
        (CertifiedLimit(0.001, float(high), 5_000, 0, 0.001),),
        (CertifiedLimit(0.01, float(low), 5_000, 0, 0.01),),
        0.95,
    )
    save_bundle(seal(replace(manifest, thresholds=certified), {"weights": weights}), folder)
    return folder
