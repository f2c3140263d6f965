"""Our full path against a route that does nothing: the same request model, server and settings.

    python -m benchmarks.serving [--seconds 5] [--rounds 3] [--connections 1,8,32,128,400] [--json out.json]

Ours is authenticated, validated, scored, stored to disk and answered; what is sent, and how much of
it is held, says benchmarks/words.py. Where Rspamd and Redis are installed, Rspamd stands beside them:
its trained Bayes alone, answering the same texts without storing them. All run in this one run, turn
by turn, round after round; shown are medians, the ratios' own among them. Read the ratios, not the
numbers. Needs wrk.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from matplotlib.figure import Figure
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.contenders import Contender, contender, prepare
from benchmarks.rspamd import missing, rspamd
from benchmarks.stand_in import stand_in_bundle
from models.bundle import BundleError, load_bundle
from service.settings import SHIPPED_BUNDLE

# A server that has just started takes its memory page by page, and half as long again for a comment.
WARM_UP_SECONDS = 6


@dataclass(frozen=True, slots=True)
class Run:
    """One load on one server; milliseconds, requests a second, seconds of processor time."""

    server: str
    connections: int
    rate: float
    p50: float
    p90: float
    p99: float
    cpu_per_thousand: float
    resident_megabytes: float
    refused: int
    broken: int


def load(server: Contender, connections: int, seconds: float) -> Run:
    """Load one server for some seconds."""
    before = server.cpu_seconds()
    how = [
        "-t1",
        f"-c{connections}",
        f"-d{seconds:.0f}s",
        "--timeout",
        "10s",
        "-s",
        str(server.script),
    ]
    command = ["wrk", *how, f"http://127.0.0.1:{server.port}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    answered = figures["requests"]
    return Run(
        server=server.name,
        connections=connections,
        rate=answered / figures["seconds"],
        p50=figures["p50"],
        p90=figures["p90"],
        p99=figures["p99"],
        cpu_per_thousand=(server.cpu_seconds() - before) / answered * 1000,
        resident_megabytes=server.resident_megabytes(),
        refused=figures["refused"],
        broken=figures["broken"],
    )


def measure(folder: Path, options: argparse.Namespace) -> Iterator[Run]:
    """Load the servers at each number of connections, after a warm-up."""
    try:
        load_bundle(SHIPPED_BUNDLE)
        bundle = SHIPPED_BUNDLE
    except BundleError as fault:
        print(f"With random weights instead of the shipped bundle: {fault}", file=sys.stderr)
        bundle = stand_in_bundle(folder / "bundle")
    environ = prepare(folder, bundle, options.database_url)
    with ExitStack() as running:
        servers = [
            running.enter_context(contender(name, environ, folder)) for name in ("no-op", "winnow")
        ]
        if absent := missing():
            print(f"Without Rspamd: {absent} is not installed.", file=sys.stderr)
        else:
            servers.append(running.enter_context(rspamd(folder / "rspamd")))
        for server in servers:
            load(server, 64, WARM_UP_SECONDS)
        steps = [
            (count, server)
            for count in options.connections
            for _ in range(options.rounds)
            for server in servers
        ]
        for connections, server in track(steps, "Loading", console=Console(stderr=True)):
            yield load(server, connections, options.seconds)


def table(runs: Sequence[Run]) -> Table:
    """Return the figures side by side, with the ratios to the no-op's."""
    shown = Table(title="Full durable path against a no-op route")
    for heading in ("connections", "server", "per second", "p50 ms", "p90 ms", "p99 ms"):
        shown.add_column(heading, justify="right")
    for heading in ("CPU s per 1,000", "MB", "refused", "rate ratio", "CPU ratio"):
        shown.add_column(heading, justify="right")
    for (connections, server), own in _by_place(runs).items():
        beside = [run for run in runs if run.connections == connections and run.server == "no-op"]
        pairs = list(zip(own, beside, strict=True))
        rate = median(run.rate / noop.rate for run, noop in pairs)
        cpu = median(run.cpu_per_thousand / noop.cpu_per_thousand for run, noop in pairs)
        shown.add_row(
            str(connections),
            server,
            f"{median(run.rate for run in own):,.0f}",
            *(f"{median(getattr(run, name) for run in own):.2f}" for name in ("p50", "p90", "p99")),
            f"{median(run.cpu_per_thousand for run in own):.3f}",
            f"{median(run.resident_megabytes for run in own):.0f}",
            str(sum(run.refused + run.broken for run in own)),
            *(("", "") if server == "no-op" else (f"{rate:.2f}", f"{cpu:.2f}")),
        )
    return shown


def _by_place(runs: Sequence[Run]) -> dict[tuple[int, str], list[Run]]:
    places: dict[tuple[int, str], list[Run]] = {}
    for run in runs:
        places.setdefault((run.connections, run.server), []).append(run)
    return places


def plot(runs: Sequence[Run], path: Path) -> None:
    """Draw requests a second and latency over the number of connections."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    rate, latency = figure.subplots(1, 2)
    by_place = _by_place(runs)
    for name in dict.fromkeys(run.server for run in runs):
        own = {count: found for (count, server), found in by_place.items() if server == name}
        places = [str(count) for count in own]
        medians = {
            what: [median(getattr(run, what) for run in found) for found in own.values()]
            for what in ("rate", "p50", "p99")
        }
        rate.plot(places, medians["rate"], marker="o", label=name)
        latency.plot(places, medians["p99"], marker="o", label=f"{name} p99")
        latency.plot(places, medians["p50"], marker=".", ls=":", label=f"{name} p50")
    rate.set(title="Comments a second", xlabel="connections", ylim=(0, None))
    latency.set(title="Milliseconds", xlabel="connections", yscale="log")
    rate.legend()
    latency.legend()
    figure.savefig(path)


def main() -> None:
    """Measure and show."""
    summary, _, details = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=details, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5, help="of each load")
    parser.add_argument("--rounds", type=int, default=3, help="loads of each server")
    parser.add_argument(
        "--connections", type=_numbers, default=[1, 8, 32, 64, 128, 400], help="comma-separated"
    )
    parser.add_argument("--database-url", help="an empty PostgreSQL database instead of SQLite")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--plot", type=Path, help="where to draw them (.png or .svg)")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; on Debian: apt-get install wrk")
    with tempfile.TemporaryDirectory(prefix="winnow-") as folder:
        runs = list(measure(Path(folder), options))
    Console().print(table(runs))
    if options.json:
        options.json.write_text(json.dumps([asdict(run) for run in runs], indent=2))
    if options.plot:
        plot(runs, options.plot)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
