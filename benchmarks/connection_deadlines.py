"""What deadlines cost on the hot path: wrk against a trivial ASGI app, stock uvicorn and ours.

    python -m benchmarks.connection_deadlines [--rounds 20] [--connections 64]

Both servers stay up and are loaded for a second in turn, in changing order; read the ratio, not the
numbers. Needs wrk.
"""

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from service.edge.connection_limits import ConnectionDeadlines, ConnectionLimits
from service.edge.connections import protocol_class

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-length", b"2"), (b"content-type", b"text/plain")],
}
POST = 'wrk.method = "POST"\nwrk.body = string.rep("a", 400)\n'


async def trivial(_: object, receive: Callable[[], Awaitable[object]], send: Send) -> None:
    """Read the body, answer `ok`."""
    await receive()
    await send(START)
    await send({"type": "http.response.body", "body": b"ok"})


def serve(kind: str, port: int) -> None:
    """Serve the trivial app on the port until killed."""
    limits = ConnectionLimits(per_client=1_000)
    ours = protocol_class(ConnectionDeadlines(), limits, Counter())
    uvicorn.run(
        trivial,
        host="127.0.0.1",
        port=port,
        http=ours if kind == "ours" else "httptools",
        loop="uvloop",
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=15,
    )


@dataclass(frozen=True, slots=True)
class Run:
    """One load on one server."""

    rate: float
    """Requests per second."""
    cpu: float
    """Microseconds of the server's processor time per request; the neighbours disturb it less."""


@contextmanager
def server(kind: str) -> Iterator[tuple[int, int]]:
    """Run a server in a child process; yields its process id and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.connection_deadlines", "--serve", kind, str(port)]
    with subprocess.Popen(command) as child:
        try:
            wait_for(port)
            yield child.pid, port
        finally:
            child.terminate()


def measure(pid: int, port: int, connections: int, script: Path) -> Run:
    """Load one server for a second."""
    before = processor_seconds(pid)
    requests, rate = load(port, connections, script)
    return Run(rate, (processor_seconds(pid) - before) / requests * 1e6)


def wait_for(port: int) -> None:
    """Return when the port takes connections."""
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"the server did not open port {port} within 10 s")


def processor_seconds(pid: int) -> float:
    """Return the user and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(port: int, connections: int, script: Path) -> tuple[int, float]:
    """Run wrk for a second; return its requests and requests per second."""
    command = ["wrk", "-t1", f"-c{connections}", "-d1s", "-s", str(script)]
    report = subprocess.run(
        [*command, f"http://127.0.0.1:{port}/"], check=True, capture_output=True, text=True
    ).stdout
    requests = re.search(r"(\d+) requests in", report)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", report)
    if requests is None or rate is None or "Non-2xx" in report:
        raise ValueError(f"wrk did not get plain answers:\n{report}")
    return int(requests[1]), float(rate[1])


def main() -> None:
    """Compare the two and print the ratios of the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--serve", nargs=2, metavar=("KIND", "PORT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve[0], int(given.serve[1]))
        return
    runs: dict[str, list[Run]] = {"stock": [], "ours": []}
    with (
        tempfile.TemporaryDirectory() as folder,
        server("stock") as stock,
        server("ours") as ours,
    ):
        script = Path(folder) / "post.lua"
        script.write_text(POST)
        for turn in range(given.rounds):
            pair = [("stock", stock), ("ours", ours)]
            for kind, (pid, port) in pair if turn % 2 else reversed(pair):
                runs[kind].append(measure(pid, port, given.connections, script))
    for kind, kept in runs.items():
        print(f"{kind:5} {statistics.median(run.rate for run in kept):8,.0f}/s", end="")
        print(f" {statistics.median(run.cpu for run in kept):6.1f} µs")
    rate = {kind: statistics.median(run.rate for run in runs[kind]) for kind in runs}
    cpu = {kind: statistics.median(run.cpu for run in runs[kind]) for kind in runs}
    print(f"requests per second, ours/stock:   {rate['ours'] / rate['stock']:.3f}")
    print(f"processor per request, ours/stock: {cpu['ours'] / cpu['stock']:.3f}")


if __name__ == "__main__":
    main()
