"""Records out of an XML file of any size, holding one record at a time.

Entity declarations are refused as such, so that neither nested entities ("billion laughs") nor
external ones can do anything, whichever libexpat Python was built with; exports never have any.
Tags and XML comments of megabytes are refused, since libexpat before 2.6.0 reads a token again
with every block (two tokens of 40 MB took 11 s); text comes in pieces and is not concerned.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from xml.parsers import expat

from training.importers.errors import DamagedSourceError
from training.importers.source_file import RECORD_BYTES, SourceFile

# WordPress writes control characters out as they are, though XML allows none of these; one byte
# for one byte keeps the offsets in messages true.
_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
_CLEAN = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_MAX_DEPTH = 64
_MAX_TOKEN_BYTES = 4 * 1024 * 1024


@dataclass(slots=True)
class Record:
    """One element that a source keeps its facts in.

    `fields` holds the text of the wanted descendants by their path below the record
    (`author/name`) and wanted attributes (`thread@id`, or `@id` of the record itself).
    """

    path: str
    parent: "Record | None"
    fields: dict[str, str] = field(default_factory=dict)


def read_records(
    file: SourceFile, root: str, wanted: Mapping[str, frozenset[str]]
) -> Iterator[Record]:
    """Yield every element whose path is a key of `wanted`, when it ends, with the wanted fields.

    Raises DamagedSourceError, with line and byte, for XML that is not well-formed, for another
    root element and for entity declarations.
    """
    builder = _RecordBuilder(file, root, wanted)
    parser = expat.ParserCreate()
    builder.listen_to(parser)
    fed = 0
    try:
        for block in _clean_blocks(file):
            parser.Parse(block, False)
            fed += len(block)
            if fed - parser.CurrentByteIndex > _MAX_TOKEN_BYTES:
                raise builder.damaged("a tag or XML comment of more than 4 MiB.")
            yield from builder.take_finished()
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        where = f"line {parser.ErrorLineNumber}, byte {parser.ErrorByteIndex}"
        raise file.damaged(where, f"not well-formed XML ({error}); export it again.") from error
    yield from builder.take_finished()


def _clean_blocks(file: SourceFile) -> Iterator[bytes]:
    """Yield the file's blocks with control characters as spaces, and count them."""
    blocks = file.blocks()
    first = next(blocks, b"")
    if first.startswith(_UTF16_MARKS):
        yield first
        yield from blocks
        return
    for block in chain([first], blocks):
        file.replaced += len(block) - len(block.translate(None, _CONTROLS))
        yield block.translate(_CLEAN)


class _RecordBuilder:
    """Listens to the parser and keeps only what is wanted of the records that are open."""

    def __init__(self, file: SourceFile, root: str, wanted: Mapping[str, frozenset[str]]) -> None:
        self._file = file
        self._root = root
        self._wanted = wanted
        self._paths: list[str] = []
        self._open: list[Record] = []
        self._finished: deque[Record] = deque()
        self._text: list[str] | None = None
        self._text_path = ""
        self._text_size = 0

    def listen_to(self, parser: expat.XMLParserType) -> None:
        """Make this builder the receiver of everything the parser reads."""
        self._parser = parser
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._refuse_entity

    def take_finished(self) -> Iterator[Record]:
        """Yield and forget the records that have ended."""
        while self._finished:
            yield self._finished.popleft()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        path = f"{self._paths[-1]}/{tag}" if self._paths else self._root_path(tag)
        self._paths.append(path)
        if len(self._paths) > _MAX_DEPTH:
            raise self.damaged(f"elements nested more than {_MAX_DEPTH} deep.")
        if path in self._wanted:
            self._open.append(Record(path, self._open[-1] if self._open else None))
        if self._open:
            self._start_field(path, attributes)

    def _root_path(self, tag: str) -> str:
        if tag != self._root:
            raise self.damaged(f"the outermost element is <{tag}>, not <{self._root}>.")
        return tag

    def _start_field(self, path: str, attributes: dict[str, str]) -> None:
        record = self._open[-1]
        wanted = self._wanted[record.path]
        name = path[len(record.path) + 1 :]
        for attribute, value in attributes.items():
            if (key := f"{name}@{attribute}") in wanted:
                record.fields[key] = value
        if name in wanted:
            self._text, self._text_path, self._text_size = [], path, 0

    def _end(self, _tag: str) -> None:
        path = self._paths.pop()
        if self._text is not None and path == self._text_path:
            record = self._open[-1]
            record.fields[path[len(record.path) + 1 :]] = "".join(self._text)
            self._text = None
        if self._open and path == self._open[-1].path:
            self._finished.append(self._open.pop())

    def _characters(self, text: str) -> None:
        if self._text is None:
            return
        self._text.append(text)
        self._text_size += len(text)
        if self._text_size > RECORD_BYTES:
            raise self.damaged("an element with more than 64 MiB of text.")

    def _refuse_entity(self, name: str, *_details: object) -> None:
        raise self.damaged(f"declares the entity '{name}', which no export does; refused.")

    def damaged(self, problem: str) -> DamagedSourceError:
        """Return the error that names the place where the parser stands."""
        where = f"line {self._parser.CurrentLineNumber}, byte {self._parser.CurrentByteIndex}"
        return self._file.damaged(where, problem)
