"""One file that an owner hands in, read from the beginning in blocks."""

import codecs
import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import IO, cast

from training.importers.errors import DamagedSourceError

BLOCK_BYTES = 256 * 1024
# No single comment, row or object of a real blog comes near this; a damaged file does.
RECORD_BYTES = 64 * 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Advance = Callable[[int], None]


def _no_progress(_read: int) -> None:
    """Report to nobody."""


class SourceFile:
    """A file read in blocks, gunzipped on the way; `advance` hears how many bytes were read."""

    def __init__(self, path: Path, advance: Advance = _no_progress) -> None:
        self.path = path
        self.advance = advance
        self.replaced = 0

    def beginning(self, size: int = 65_536) -> bytes:
        """Return the first bytes, for telling the format."""
        return next(self._read(size, _no_progress), b"")

    def blocks(self) -> Iterator[bytes]:
        """Yield the file's bytes in order; a broken gzip stream raises DamagedSourceError."""
        return self._read(BLOCK_BYTES, self.advance)

    def text_blocks(self) -> Iterator[str]:
        """Yield the file's text in order, from UTF-8 or from UTF-16 with its mark."""
        is_utf16 = self.beginning(2) in _UTF16_MARKS
        name = "UTF-16" if is_utf16 else "UTF-8"
        decoder = codecs.getincrementaldecoder(name if is_utf16 else "UTF-8-sig")()
        read = line = 0
        for block in self._with_end(self.blocks()):
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                where = f"line {line + 1}, byte {read - pending + error.start}"
                raise self.damaged(where, f"not {name} text; save it as UTF-8.") from error
            read += len(block)
            line += text.count("\n")
            yield text

    def lines(self) -> Iterator[str]:
        """Yield the file's lines with their ends; a line beyond the record limit is damage."""
        number = 1
        rest = ""
        for text in self.text_blocks():
            *whole, rest = (rest + text).split("\n")
            for line in whole:
                yield line + "\n"
            number += len(whole)
            if len(rest) > RECORD_BYTES:
                raise self.damaged(f"line {number}", "a line of more than 64 MiB.")
        if rest:
            yield rest

    def damaged(self, where: str, problem: str) -> DamagedSourceError:
        """Return the error that says what is wrong with this file, and where."""
        return DamagedSourceError(self.path, where, problem)

    @staticmethod
    def _with_end(blocks: Iterator[bytes]) -> Iterator[bytes]:
        yield from blocks
        yield b""

    def _read(self, size: int, advance: Advance) -> Iterator[bytes]:
        with self.path.open("rb") as raw:
            packed = raw.read(2) == _GZIP_MAGIC
            raw.seek(0)
            seen = 0
            try:
                with _unpacked(raw) if packed else nullcontext(raw) as stream:
                    while block := stream.read(size):
                        advance(raw.tell() - seen)
                        seen = raw.tell()
                        yield block
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                problem = f"the compressed file breaks off or is damaged ({error}); copy it again."
                raise self.damaged(f"compressed byte {raw.tell()}", problem) from error


def _unpacked(raw: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(fileobj=raw, mode="rb"))
