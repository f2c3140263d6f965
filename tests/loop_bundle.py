"""A small bundle with a reference set, fitted in a second, that approves a campaign it never saw."""

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from models.bundle import Bundle, seal
from models.calibration import IDENTITY
from models.comment import Comment
from models.features import DIMENSION, featurise
from models.manifest import Manifest
from models.reference import Reference
from models.thresholds import CertifiedLimit, ThresholdTable
from tests.loop_comments import ham, spam

HAM_ROWS, SPAM_ROWS = 2_400, 600
TABLE = ThresholdTable(
    max_ham_rejected=(
        CertifiedLimit(0.0005, 0.97, 60_000, 10, 0.0003),
        CertifiedLimit(0.002, 0.9, 60_000, 100, 0.0019),
        CertifiedLimit(0.005, 0.8, 60_000, 270, 0.0049),
    ),
    max_spam_approved=(
        CertifiedLimit(0.005, 0.1, 20_000, 80, 0.0048),
        CertifiedLimit(0.02, 0.3, 20_000, 370, 0.019),
    ),
    confidence=0.95,
)


def loop_bundle() -> Bundle:
    """Fit 300 comments; approve below 0.3, reject from 0.9."""
    texts = [*ham(200, 1), *spam(100, 2)]
    rows = featurise([Comment(text) for text in texts])
    used, columns = np.unique(rows.indices, return_inverse=True)
    matrix = csr_matrix((rows.values, columns, rows.indptr), shape=(len(texts), len(used)))
    fitted = LogisticRegression(C=3).fit(matrix, [0] * 200 + [1] * 100)
    weights = np.zeros(DIMENSION, np.float32)
    weights[used] = fitted.coef_[0]
    manifest = Manifest(
        created_at="2026-01-01T00:00:00+00:00",
        intercept=float(fitted.intercept_[0]),
        calibration=IDENTITY,
        thresholds=TABLE,
        metrics={"languages": {"en": {"spam": 100, "ham": 200}}},
    )
    return seal(manifest, {"weights": weights, **reference().to_arrays()})


def reference() -> Reference:
    """Return comments that nothing was fitted on, from twelve sources."""
    texts = [*ham(HAM_ROWS, 3), *spam(SPAM_ROWS, 4)]
    count = len(texts)
    return Reference(
        rows=featurise([Comment(text) for text in texts]),
        is_spam=np.arange(count) >= HAM_ROWS,
        linked=np.array(["http" in text for text in texts]),
        source=(np.arange(count) % 12).astype(np.uint16),
        language=np.full(count, int.from_bytes(b"en", "big"), np.uint16),
    )
