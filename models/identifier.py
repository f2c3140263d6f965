"""py3langid's identifier of languages, reading all bytes of a text together.

Its automaton knows the n-grams of up to six bytes that tell languages apart. Where it stands after a
byte is told by the last six alone, so the places of all bytes are found in six steps over arrays,
where the library walks from byte to byte in Python.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

LONGEST = 6
"""Bytes of the model's longest n-gram; a test compares with the library's own walk."""


class Identifier(LanguageIdentifier):  # type: ignore[misc]
    """Says what the library's own says."""

    def __init__(self, weights: NDArray[np.float16], *model: Any, **options: Any) -> None:
        # Half precision is converted at each look-up, which took as long as the rest.
        super().__init__(weights.astype(np.float32), *model, **options)
        self._moves = np.asarray(self.tk_nextmove)
        self._rows = np.asarray(self.tk_row, np.int64) << 8
        self._features = np.asarray(self.tk_output)

    def _raw_score(self, text: bytes) -> NDArray[np.float32]:
        """Score each language by the n-grams that end at any byte."""
        data = np.frombuffer(text, np.uint8)
        state = np.zeros(len(data), np.int64)
        for back in range(min(LONGEST, len(data)) - 1, -1, -1):
            # Before the text the automaton has not begun.
            moves = self._rows.take(state[back:])
            moves += data[: len(data) - back]
            state[back:] = self._moves.take(moves)
        features = self._features.take(state)
        found, counts = np.unique(features[features >= 0], return_counts=True)
        if not len(found):
            nothing: NDArray[np.float32] = super()._raw_score(b"")
            return nothing
        times = np.log1p(counts.astype(np.float32))
        scores: NDArray[np.float32] = times @ self.nb_ptc.take(found, axis=0) + self.nb_pc
        return scores


def load_identifier() -> Identifier:
    """Load the model: 0.3 s and 100 MB that most services never need."""
    found: Identifier = Identifier.from_model_file(MODEL_FILE, norm_probs=True)
    return found
