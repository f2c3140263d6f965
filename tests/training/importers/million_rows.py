"""Import a million generated comments of one format; print rows, seconds and peak memory.

`python -m tests.training.importers.million_rows wxr [rows]`
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from tests.training.importers.generated import WRITERS, ordinary_comments
from training.importers.importing import ImportRequest, import_comments
from training.importers.registry import FORMATS


def main(name: str, count: int = 1_000_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, corpus = Path(folder, "source"), Path(folder, "corpus.jsonl.gz")
        WRITERS[name](source, ordinary_comments(count))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        result = import_comments(ImportRequest([source], FORMATS[name], "bread", corpus))
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        sizes = f"{source.stat().st_size / 1e6:.0f} MB -> {corpus.stat().st_size / 1e6:.0f} MB"
        sys.stdout.write(
            f"{name}: {result.rows:,} rows, {sizes}, {seconds:.1f} s, "
            f"peak {peak / 1024:.0f} MiB ({before / 1024:.0f} before)\n"
        )


if __name__ == "__main__":
    main(sys.argv[1], *(int(number) for number in sys.argv[2:]))
