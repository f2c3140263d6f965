"""Objects out of a JSON file of any size, holding one object at a time.

Reads objects after one another (one a line or not), arrays of objects, and arrays after one
another, which is what `curl page1 page2 >> file` leaves.
"""

import json
import re
from collections.abc import Iterator

from training.importers.source_file import RECORD_BYTES, SourceFile

JsonObject = dict[str, object]
_BETWEEN = re.compile(r"[\s,\[\]]*")
# A string, number or word that the block cut: the decoder stumbles this close to the end.
_CUT_MARGIN = 16


def read_objects(file: SourceFile) -> Iterator[tuple[int, JsonObject]]:
    """Yield the objects in order, each with the line it ends in.

    Raises DamagedSourceError, with line and column, where the file breaks.
    """
    reader = _ObjectReader(file)
    while (found := reader.next_object()) is not None:
        yield reader.line, found


class _ObjectReader:
    """A window on the text that moves on object by object."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._blocks = file.text_blocks()
        self._text = ""
        self._at = 0
        self.line = 1
        self._column = 1
        self._depth = 0
        self._ended = False
        self._decoder = json.JSONDecoder()

    def next_object(self) -> JsonObject | None:
        """Return the next object, or None at the end of the file."""
        if not self._skip_between():
            return None
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                self._require_cut(error)
                continue
            except RecursionError as error:
                raise self._damaged(self._at, "nested too deeply.") from error
            if not isinstance(value, dict):
                raise self._damaged(self._at, "something other than an object.")
            self._advance(end)
            return value

    def _skip_between(self) -> bool:
        while True:
            match = _BETWEEN.match(self._text, self._at)
            end = match.end() if match else self._at
            between = self._text[self._at : end]
            self._depth += between.count("[") - between.count("]")
            self._advance(end)
            if self._at < len(self._text):
                return True
            if not self._fill():
                break
        if self._depth > 0:
            raise self._damaged(self._at, "the file ends inside a list; export it again.")
        return False

    def _require_cut(self, error: json.JSONDecodeError) -> None:
        """Read on if the object may only be cut by the end of the block; else say it is damaged."""
        near_end = error.pos >= len(self._text) - _CUT_MARGIN
        cut = near_end or error.msg.startswith("Unterminated string")
        if not cut or len(self._text) - self._at > RECORD_BYTES or not self._fill():
            raise self._damaged(
                error.pos, f"not valid JSON ({error.msg}); export it again."
            ) from error

    def _fill(self) -> bool:
        """Double the window, so that decoding a long object again costs no more than twice."""
        pieces = [self._text[self._at :]]
        self._at = 0
        missing = max(1, len(pieces[0]))
        while missing > 0 and (text := next(self._blocks, None)) is not None:
            pieces.append(text)
            missing -= len(text)
        before = len(pieces[0])
        self._text = "".join(pieces)
        return len(self._text) > before

    def _advance(self, end: int) -> None:
        self.line, self._column = self._place(end)
        self._at = end

    def _place(self, at: int) -> tuple[int, int]:
        lines = self._text.count("\n", self._at, at)
        if not lines:
            return self.line, self._column + at - self._at
        return self.line + lines, at - self._text.rindex("\n", self._at, at)

    def _damaged(self, at: int, problem: str) -> Exception:
        line, column = self._place(max(at, self._at))
        return self._file.damaged(f"line {line}, column {column}", problem)
