"""Rows out of a MySQL or MariaDB dump of any size, holding one row at a time.

Understands what `mysqldump`, `mariadb-dump` and phpMyAdmin write: extended inserts, with or
without column lists, comments, backslash escapes and doubled quotes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from training.importers.source_file import RECORD_BYTES, SourceFile

_STRING = rb"'(?:[^'\\]++|\\.|'')*+'"
_NAME = rb"(?:`[^`]+`\s*\.\s*)?(?:`([^`]+)`|([\w$]+))"
_VALUE = rb"(?:_\w++\s*+)?" + _STRING + rb"|[\w.+-]++"
_COMMENT = rb"--[^\n]*+\n|\#[^\n]*+\n|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
_SPACE = re.compile(rb"(?:\s++|" + _COMMENT + rb")++")
_BETWEEN = re.compile(rb"(?:[\s;]++|" + _COMMENT + rb")++")
_INSERT = re.compile(
    rb"(?:INSERT|REPLACE)\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE)\s+)*INTO\s+"
    + _NAME
    + rb"\s*(?:\(([^()]*)\))?\s*VALUES?\s*(?=\()",
    re.IGNORECASE,
)
_CREATE = re.compile(
    rb"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?" + _NAME + rb"\s*(?=\()", re.IGNORECASE
)
_COLUMN = re.compile(rb"^[\s(,]*`(\w+)`\s", re.MULTILINE)
_REST = re.compile(
    rb"(?:[^;'\"`]++|" + _STRING + rb'|"(?:[^"\\]++|\\.|"")*+"|`[^`]*+`)*+', re.DOTALL
)
_ROW = re.compile(
    rb"\(\s*+(?:" + _VALUE + rb")\s*+(?:,\s*+(?:" + _VALUE + rb")\s*+)*+\)", re.DOTALL
)
_VALUES = re.compile(_VALUE, re.DOTALL)
_ESCAPE = re.compile(rb"\\(.)|''", re.DOTALL)
_ESCAPED = {b"0": b"\0", b"b": b"\b", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"Z": b"\x1a"}
# Heads and column lists are far shorter; a comment may be longer and is read on.
_LOOK_AHEAD = 64 * 1024

Values = tuple[bytes | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A `CREATE TABLE`: the order of columns for inserts that name none."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Insert:
    """The head of an `INSERT`; read its rows with `SqlDump.rows` before the next statement."""

    table: str
    columns: tuple[str, ...]


class SqlDump:
    """One pass over a dump."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self._blocks = file.blocks()
        self._text = b""
        self._at = 0
        self._read_before = 0
        self._lines_before = 0
        self._ended = False
        self._in_insert = False

    def statements(self) -> Iterator[Table | Insert]:
        """Yield tables and inserts in order; rows that the caller does not read are passed over."""
        while self._next_statement():
            if insert := _INSERT.match(self._text, self._at):
                self._at = insert.end()
                self._in_insert = True
                yield Insert(_name(insert), _column_list(insert[3]))
                if self._in_insert:
                    self._skip_statement()
            elif create := _CREATE.match(self._text, self._at):
                self._at = create.end()
                body = b"".join(self._rest())
                yield Table(_name(create), tuple(c.decode() for c in _COLUMN.findall(body)))
            else:
                self._skip_statement()

    def rows(self) -> Iterator[Values]:
        """Yield the rows of the insert just returned by `statements`; NULL is None."""
        while True:
            yield self._row()
            self._skip(_SPACE)
            following = self._text[self._at : self._at + 1]
            if following == b",":
                self._at += 1
                self._skip(_SPACE)
            elif following == b";":
                break
            else:
                self._skip_statement()
                break
        self._in_insert = False

    def ends_as_complete(self) -> bool:
        """Return whether the dump closes with the line that mysqldump writes last of all."""
        return b"-- Dump completed" in self._text[-_LOOK_AHEAD:]

    def place(self) -> str:
        """Return where the reader stands, for messages."""
        # The newline that `_fill` puts after the end is not the file's.
        at = min(self._at, len(self._text) - self._ended)
        line = self._lines_before + self._text.count(b"\n", 0, at) + 1
        return f"line {line}, byte {self._read_before + at}"

    def _row(self) -> Values:
        while True:
            match = _ROW.match(self._text, self._at)
            if match:
                self._at = match.end()
                return tuple(_value(v) for v in _VALUES.findall(match[0], 1, len(match[0]) - 1))
            if len(self._text) - self._at > RECORD_BYTES or not self._fill():
                problem = "a row that is cut off or not readable; make the dump again."
                raise self.file.damaged(self.place(), problem)

    def _next_statement(self) -> bool:
        """Move to the next statement; False at the end of the file."""
        while True:
            self._skip(_BETWEEN)
            rest = self._text[self._at : self._at + 2]
            if rest != b"/*":
                return bool(rest)
            if not self._fill():
                raise self.file.damaged(self.place(), "a comment that never ends.")

    def _skip(self, space: re.Pattern[bytes]) -> None:
        while True:
            while len(self._text) - self._at < _LOOK_AHEAD and self._fill():
                pass
            match = space.match(self._text, self._at)
            if not match:
                return
            self._at = match.end()

    def _skip_statement(self) -> None:
        for _piece in self._rest():
            pass
        self._in_insert = False

    def _rest(self) -> Iterator[bytes]:
        """Yield what is left of the statement, up to its semicolon."""
        while True:
            match = _REST.match(self._text, self._at)
            end = match.end() if match else self._at
            yield self._text[self._at : end]
            self._at = end
            if self._text[end : end + 1] == b";":
                return
            if len(self._text) - end > RECORD_BYTES or not self._fill():
                problem = "a statement that is cut off; make the dump again."
                raise self.file.damaged(self.place(), problem)

    def _fill(self) -> bool:
        """Double the window, so that matching a long row again costs no more than twice."""
        if self._ended:
            return False
        rest = self._text[self._at :]
        self._read_before += self._at
        self._lines_before += self._text.count(b"\n", 0, self._at)
        pieces, missing = [rest], max(1, len(rest))
        while missing > 0 and not self._ended:
            block = next(self._blocks, None)
            self._ended = block is None
            pieces.append(block or b"\n")
            missing -= len(pieces[-1])
        self._text = b"".join(pieces)
        self._at = 0
        return True


def _name(match: re.Match[bytes]) -> str:
    return (match[1] or match[2]).decode("utf-8", "replace")


def _column_list(names: bytes | None) -> tuple[str, ...]:
    listed = (names or b"").split(b",")
    return tuple(name.strip(b" `\r\n\t").decode("utf-8", "replace") for name in listed if name)


def _value(raw: bytes) -> bytes | None:
    if not raw.endswith(b"'"):
        return None if raw.upper() == b"NULL" else raw
    body = raw[raw.index(b"'") + 1 : -1]
    if b"\\" not in body and b"''" not in body:
        return body
    return _ESCAPE.sub(_unescape, body)


def _unescape(match: re.Match[bytes]) -> bytes:
    letter = match[1]
    return b"'" if letter is None else _ESCAPED.get(letter, letter)
