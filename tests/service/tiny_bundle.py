"""A real bundle, fitted in a blink on comments written for it, whose decisions tests can foretell."""

from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from models.bundle import Bundle, seal
from models.calibration import IDENTITY
from models.comment import Author, Comment, Post
from models.features import DIMENSION, featurise
from models.manifest import Manifest
from models.thresholds import CertifiedLimit, ThresholdTable

SPAM: Final = (
    "Visit our casino for free spins and win big money tonight http://lucky-casino.example/spins",
    "Best casino bonus, play slots online now and win money http://slots-bonus.example",
    "Buy cheap replica watches online, free shipping http://watches.example/cheap",
    "Cheap pills online without prescription, free shipping, buy now http://pills.example",
    "Win money with casino slots, free bonus for new players http://casino-bonus.example",
    "Free casino spins! Play now and win http://spins.example/play",
)
HAM: Final = (
    "Thanks, the second example fixed my build on the old machine.",
    "I think the loop in your third listing never ends when the list is empty.",
    "We walked the same trail in June and the bridge was closed; is it open again?",
    "My grandmother made this soup with barley instead of rice, it was lovely.",
    "Does this also work when the server runs behind a proxy? Mine gives an error.",
    "I disagree with the last paragraph: the law was changed in spring, not in autumn.",
)
CERTAIN_SPAM: Final = SPAM[0]
CERTAIN_HAM: Final = HAM[0]
UNSURE: Final = "Where can I buy such watches online for free, on the old machine?"


def tiny_bundle(created_at: str = "2026-01-01T00:00:00Z") -> Bundle:
    """Fit the twelve comments; approve below 0.03, reject from 0.9."""
    comments = [_comment(text) for text in (*SPAM, *HAM)]
    rows = featurise(comments)
    used, columns = np.unique(rows.indices, return_inverse=True)
    matrix = csr_matrix((rows.values, columns, rows.indptr), shape=(len(comments), len(used)))
    labels = [1] * len(SPAM) + [0] * len(HAM)
    fitted = LogisticRegression(C=100, max_iter=500).fit(matrix, labels)
    weights = np.zeros(DIMENSION, np.float16)
    weights[used] = fitted.coef_[0]
    table = ThresholdTable(
        max_ham_rejected=(CertifiedLimit(0.002, 0.9, 5000, 3, 0.0019),),
        max_spam_approved=(CertifiedLimit(0.02, 0.03, 3000, 40, 0.018),),
        confidence=0.95,
    )
    manifest = Manifest(
        created_at=created_at,
        intercept=float(fitted.intercept_[0]),
        calibration=IDENTITY,
        thresholds=table,
        metrics={"languages": {"en": {"spam": 50, "ham": 50}, "de": {"spam": 49, "ham": 900}}},
    )
    return seal(manifest, {"weights": weights})


def _comment(text: str) -> Comment:
    return Comment(text, Author(name="Ada"), Post(title="On building things"))
