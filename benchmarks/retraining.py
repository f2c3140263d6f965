"""A retrain of full size beside the live service: minutes, memory, and what clients notice of it.

    python -m benchmarks.retraining CORPUS... [--labels 100000] [--rate 100]

The store gets as many labels: the corpora's own comments with words of their own added, so that each
is a comment of its own. Then `winnow retrain` runs with every corpus while comments come at a rate that
leaves processors free, as on a blog; a load that takes all of them would measure who waits for whom.
Read the ratio of p99, not its milliseconds. Needs wrk.
"""

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from benchmarks.contenders import ROOT, contender, prepare
from benchmarks.serving import load
from models.corpus import CorpusRow, format_row, read_corpus
from service.clock import now
from service.settings import SHIPPED_BUNDLE
from service.store.engine import Store
from service.store.keys import all_sites
from service.store.labelled import ImportedComment, add_imported

SECONDS = 10.0
_AT_ONCE = 500


def labels(corpora: Sequence[Path], count: int) -> Iterator[CorpusRow]:
    """Yield as many labelled comments, each with six words that no other has."""
    source = random.Random(20261122)
    known = cycle(row for path in corpora for row in read_corpus(path) if row.label is not None)
    for number, row in enumerate(islice(known, count)):
        words = " ".join(f"{source.getrandbits(40):x}" for _ in range(6))
        yield replace(row, id=f"label-{number}", source="default", content=f"{row.content} {words}")


def fill(folder: Path, corpora: Sequence[Path], count: int) -> None:
    """Store the labels as an import would."""
    store = Store.of(None, folder / "data")
    with store.reading() as connection:
        site = all_sites(connection)[0]
    made = labels(corpora, count)
    while rows := list(islice(made, _AT_ONCE)):
        new = [
            ImportedComment(
                site.id, row.id, row.label, format_row(row), f"person {place % 20}", now()
            )
            for place, row in enumerate(rows)
            if row.label is not None
        ]
        with store.writing() as connection:
            add_imported(connection, new)
    store.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--labels", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rate", type=float, default=100, help="comments a second, at most")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; on Debian: apt-get install wrk")
    with tempfile.TemporaryDirectory(prefix="winnow-") as name:
        folder = Path(name)
        environ = prepare(folder, SHIPPED_BUNDLE, None)
        fill(folder, options.corpora, options.labels)
        with contender("winnow", environ, folder) as service:
            _pace(service.script, options.connections / options.rate)
            quiet = [load(service, options.connections, SECONDS).p99 for _ in range(3)]
            begin = time.monotonic()
            child = _retrain(environ, options)
            beside = []
            while child.poll() is None:
                beside.append(load(service, options.connections, SECONDS).p99)
                print(f"{time.monotonic() - begin:4.0f} s: p99 {beside[-1]:.1f} ms", flush=True)
            minutes = (time.monotonic() - begin) / 60
            answer = json.loads(child.stdout.read() if child.stdout else "{}")
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(f"{options.labels:,} labels and {len(options.corpora)} corpora: {minutes:.1f} minutes")
    print(f"largest process: {largest:.2f} GiB")
    failed = [f"{one['name']} ({one['reason']})" for one in answer["checks"] if not one["passed"]]
    print(f"gate: {'; '.join(failed) or 'passed'}")
    print(
        f"p99 quiet {median(quiet):.1f} ms, beside the retrain {median(beside):.1f} ms in the median"
    )
    print(f"ratio: {median(beside) / median(quiet):.2f}")


def _pace(script: Path, pause: float) -> None:
    """Let each connection wait so many seconds before it sends."""
    milliseconds = round(pause * 1000)
    with script.open("a") as file:
        file.write(f"\nfunction delay() return {milliseconds} end\n")


def _retrain(environ: dict[str, str], options: argparse.Namespace) -> subprocess.Popen[str]:
    corpora = [part for path in options.corpora for part in ("--corpus", str(path.resolve()))]
    program = [sys.executable, "-m", "service", "retrain"]
    return subprocess.Popen(
        [*program, *corpora, "--jobs", str(options.jobs), "--json"],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        text=True,
    )


if __name__ == "__main__":
    main()
