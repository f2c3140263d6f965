"""A corpus file that appears whole or not at all."""

import gzip
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, cast

# On 34 MB of comments 6 took five times as long as 1 (1.02 s, 0.21 s) and saved 15 % of the space.
_COMPRESSION = 1


@contextmanager
def new_corpus(path: Path) -> Iterator[IO[bytes]]:
    """Open a file beside `path` for writing and rename it to `path` at the end.

    If the block raises, the file is removed and whatever was at `path` stays. `.gz` in the name
    compresses; the same rows give the same bytes.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            with _packed(file) if path.suffix == ".gz" else nullcontext(file) as corpus:
                yield corpus
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(0o644)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _packed(file: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile("", "wb", _COMPRESSION, file, mtime=0))
